import { hash } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { workerData } from 'node:worker_threads';
import { zstd } from '#engine/chunks/zstd.ts';
import { seekData } from '#engine/posix.ts';
import type { BareJob } from './bare.ts';

/** A thread of the ceiling program. */

export interface BareThreadData extends BareJob {
  number: number;
  /** Hands out the next file or piece. */
  counter: SharedArrayBuffer;
  files: readonly string[];
}

const PIECE = 4 * 1024 * 1024;
const data = workerData as BareThreadData;
const counter = new Int32Array(data.counter);
const buffer = Buffer.allocUnsafeSlow(PIECE);
/** zstd needs a little more than the data where it finds nothing to compress. */
const room = Buffer.allocUnsafeSlow(PIECE + PIECE / 64);
let stored = 0;

/** What becomes of a piece of data: its digest, and for `store` a compressed file. */
function use(bytes: Buffer): void {
  const digest = hash('sha256', bytes, 'hex');
  if (data.work !== 'store') return;
  const packedBytes = zstd.compress(bytes, room) ?? 0;
  const directory = join(data.to, digest.slice(0, 2));
  fs.mkdirSync(directory, { recursive: true });
  fs.writeFileSync(join(directory, `${data.number}-${stored}`), room.subarray(0, packedBytes));
  stored += 1;
}

function image(): void {
  const from = fs.openSync(data.from, 'r');
  const to = data.work === 'copy' ? fs.openSync(data.to, 'r+') : null;
  const { size } = fs.fstatSync(from);
  for (;;) {
    const at = Atomics.add(counter, 0, 1) * PIECE;
    if (at >= size) break;
    const dataAt = seekData(from, at);
    if (dataAt === null || dataAt >= at + PIECE) continue;
    const count = fs.readSync(from, buffer, 0, PIECE, at);
    if (to === null) use(buffer.subarray(0, count));
    else fs.writeSync(to, buffer, 0, count, at);
  }
  fs.closeSync(from);
  if (to !== null) fs.closeSync(to);
}

/** Small files are packed one behind the other into pieces, as any deduplicating store does. */
function tree(): void {
  let filled = 0;
  for (;;) {
    const path = data.files[Atomics.add(counter, 0, 1)];
    if (path === undefined) break;
    const fd = fs.openSync(join(data.from, path), 'r');
    for (;;) {
      const count = fs.readSync(fd, buffer, filled, PIECE - filled, null);
      if (count === 0) break;
      filled += count;
      if (filled < PIECE) continue;
      use(buffer);
      filled = 0;
    }
    fs.closeSync(fd);
  }
  if (filled > 0) use(buffer.subarray(0, filled));
}

function copyTree(): void {
  for (;;) {
    const path = data.files[Atomics.add(counter, 0, 1)];
    if (path === undefined) break;
    const from = fs.openSync(join(data.from, path), 'r');
    const { mode, atimeMs, mtimeMs } = fs.fstatSync(from);
    const to = fs.openSync(join(data.to, path), 'wx', mode);
    for (;;) {
      const count = fs.readSync(from, buffer, 0, PIECE, null);
      if (count === 0) break;
      fs.writeSync(to, buffer, 0, count);
    }
    fs.fchmodSync(to, mode);
    fs.futimesSync(to, atimeMs / 1000, mtimeMs / 1000);
    fs.closeSync(from);
    fs.closeSync(to);
  }
}

if (data.kind === 'image') image();
else if (data.work === 'copy') copyTree();
else tree();
