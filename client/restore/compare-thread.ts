import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { workerData } from 'node:worker_threads';
import type { Digest } from '#engine/chunks/digest.ts';
import { dropReadPages } from '#engine/posix.ts';
import { ownMemory, serveThread } from '#engine/threads/serve-thread.ts';
import { type CompareTotals, CompareTree, type Difference } from '../pxar/compare-tree.ts';
import { PxarParser } from '../pxar/pxar-parser.ts';
import type { Omission } from '../pxar/restore-report.ts';

/** Reads back what was restored, with calls that wait: a tree against its archive, or a file against its index. */

export interface CompareThreadData {
  target: string;
  omitted: readonly Omission[];
}

/** A part of a file, and the digest that it had when it was backed up. */
export interface FilePart {
  start: number;
  end: number;
  digest: Digest;
}

export type CompareThreadJob =
  | { kind: 'bytes'; bytes: Uint8Array }
  | { kind: 'end' }
  | { kind: 'parts'; parts: FilePart[] }
  | { kind: 'size'; sizeBytes: number }
  | { kind: 'close' };

export interface CompareThreadAnswer {
  /** What was found since the answer before. */
  differences: Difference[];
  /** All in all. */
  totals: CompareTotals;
  /** The memory of the bytes, for the next ones. */
  spare: Uint8Array | null;
}

const { target, omitted } = workerData as CompareThreadData;
const PIECE_BYTES = 1024 * 1024;
const piece = Buffer.allocUnsafeSlow(PIECE_BYTES);

let differences: Difference[] = [];
const report = (difference: Difference) => differences.push(difference);
let opened: { tree: CompareTree; parser: PxarParser } | null = null;
let fd: number | null = null;
const ofFile: CompareTotals = { files: 0, bytes: 0, hashes: 0 };

function openTree() {
  const tree = new CompareTree({ target, omitted: new Set(omitted), report });
  return { tree, parser: new PxarParser(tree) };
}

/** What is not there differs from the first byte on, and is told once. */
function openFile(): number | null {
  try {
    const file = fs.openSync(target, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW);
    dropReadPages(file);
    return file;
  } catch (error) {
    report({ path: '', what: `it cannot be read back: ${(error as NodeJS.ErrnoException).code}` });
    return null;
  }
}

function comparePart({ start, end, digest }: FilePart): void {
  if (fd === null) return;
  const hash = createHash('sha256');
  for (let at = start; at < end; ) {
    const count = fs.readSync(fd, piece, 0, Math.min(PIECE_BYTES, end - at), at);
    if (count === 0) break;
    hash.update(piece.subarray(0, count));
    at += count;
  }
  const found = hash.digest('hex');
  ofFile.bytes += end - start;
  ofFile.hashes += 1;
  if (found === digest) return;
  report({
    path: '',
    what: `bytes ${start} to ${end} have the hash ${found}, and ${digest} in the backup`,
  });
}

function compareSize(sizeBytes: number): void {
  if (fd === null) return;
  const { size } = fs.fstatSync(fd);
  ofFile.files = 1;
  if (size !== sizeBytes) report({ path: '', what: `it has ${size} bytes, and ${sizeBytes} in the backup` });
}

function work(job: CompareThreadJob): CompareThreadAnswer {
  differences = [];
  switch (job.kind) {
    case 'bytes':
      opened ??= openTree();
      opened.parser.write(job.bytes);
      break;
    case 'end':
      opened?.parser.end();
      break;
    case 'size':
      fd ??= openFile();
      compareSize(job.sizeBytes);
      break;
    case 'parts':
      for (const part of job.parts) comparePart(part);
      break;
    case 'close':
      opened?.tree.close();
      if (fd !== null) fs.closeSync(fd);
  }
  const totals = { ...(opened?.tree.totals ?? ofFile) };
  return { differences, totals, spare: job.kind === 'bytes' ? job.bytes : null };
}

serveThread<CompareThreadJob, CompareThreadAnswer>(work, ({ spare }) => (spare ? ownMemory(spare) : []));
