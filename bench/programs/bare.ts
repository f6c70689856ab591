import * as fs from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { BareThreadData } from './bare-thread.ts';

/** The ceiling program: hands out files or pieces of an image to threads that do the bare work. */

export interface BareJob {
  work: 'store' | 'hash' | 'stat' | 'copy';
  kind: 'image' | 'tree';
  from: string;
  to: string;
}

const job = JSON.parse(process.argv[2] ?? '{}') as BareJob;
const files: string[] = [];
if (job.kind === 'tree') prepareTree('');
else if (job.work === 'copy') fs.closeSync(fs.openSync(job.to, 'w'));
if (job.work === 'copy' && job.kind === 'image') {
  fs.truncateSync(job.to, fs.statSync(job.from).size);
  fs.chmodSync(job.to, fs.statSync(job.from).mode);
}

const counter = new SharedArrayBuffer(4);
if (job.work !== 'stat') {
  const threads = Array.from({ length: availableParallelism() }, (_, number) => {
    const workerData: BareThreadData = { ...job, number, counter, files };
    return new Promise<void>((resolve, reject) => {
      const thread = new Worker(new URL('./bare-thread.ts', import.meta.url), { workerData });
      thread.once('error', reject);
      thread.once('exit', () => resolve());
    });
  });
  await Promise.all(threads);
}
if (job.work === 'copy') {
  if (job.kind === 'tree') finishTree(job.from, job.to);
  const { atimeMs, mtimeMs } = fs.statSync(job.from);
  fs.utimesSync(job.to, atimeMs / 1000, mtimeMs / 1000);
}

/** Lists the files; for a copy, directories and links are made on the way. */
function prepareTree(below: string): void {
  if (job.work === 'copy') fs.mkdirSync(join(job.to, below));
  for (const entry of fs.readdirSync(join(job.from, below), { withFileTypes: true })) {
    const path = join(below, entry.name);
    if (job.work === 'stat') fs.lstatSync(join(job.from, path));
    if (entry.isDirectory()) prepareTree(path);
    else if (entry.isFile()) files.push(path);
    else if (job.work === 'copy') fs.symlinkSync(fs.readlinkSync(join(job.from, path)), join(job.to, path));
  }
}

/** Modes and times of directories and links, when nothing changes them any more. */
function finishTree(from: string, to: string): void {
  for (const entry of fs.readdirSync(from, { withFileTypes: true })) {
    if (entry.isFile()) continue;
    if (entry.isDirectory()) finishTree(join(from, entry.name), join(to, entry.name));
    const { atimeMs, mtimeMs } = fs.lstatSync(join(from, entry.name));
    fs.lutimesSync(join(to, entry.name), atimeMs / 1000, mtimeMs / 1000);
  }
  fs.chmodSync(to, fs.statSync(from).mode);
}
