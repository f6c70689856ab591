import { hash } from 'node:crypto';
import * as fs from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import {
  CHUNK_MAX_BYTES,
  ENCODED_CHUNK_MAX_BYTES,
  headerBytes,
  kindOfMagic,
} from '#engine/chunks/data-blob.ts';
import { zstd } from '#engine/chunks/zstd.ts';

/**
 * The ceiling of a verification: reads the chunk files that a list names, one a line, unpacks and hashes them in as many
 * threads as there are cores.
 */

interface ThreadData {
  files: readonly string[];
  /** Hands out the next file. */
  counter: SharedArrayBuffer;
}

if (isMainThread) await lead(process.argv[2] ?? '');
else serve(workerData as ThreadData);

async function lead(list: string): Promise<void> {
  const files = fs.readFileSync(list, 'utf8').split('\n').filter(Boolean);
  const data: ThreadData = { files, counter: new SharedArrayBuffer(4) };
  const threads = Array.from({ length: availableParallelism() }, () => {
    const thread = new Worker(new URL(import.meta.url), { workerData: data });
    return new Promise<void>((resolve, reject) => {
      thread.once('error', reject);
      thread.once('exit', () => resolve());
    });
  });
  await Promise.all(threads);
}

function serve({ files, counter }: ThreadData): void {
  const next = new Int32Array(counter);
  const encoded = Buffer.allocUnsafeSlow(ENCODED_CHUNK_MAX_BYTES);
  const room = Buffer.allocUnsafeSlow(CHUNK_MAX_BYTES);
  for (;;) {
    const path = files[Atomics.add(next, 0, 1)];
    if (path === undefined) break;
    const blob = readInto(encoded, path);
    if (hash('sha256', unpack(blob, room)) !== basename(path)) throw new Error(`${path} is damaged.`);
  }
}

function readInto(memory: Buffer, path: string): Buffer {
  const fd = fs.openSync(path, 'r');
  let filled = 0;
  for (let count = -1; count !== 0; filled += count) {
    count = fs.readSync(fd, memory, filled, memory.length - filled, null);
  }
  fs.closeSync(fd);
  return memory.subarray(0, filled);
}

function unpack(blob: Buffer, room: Buffer): Buffer {
  const kind = kindOfMagic(blob);
  if (kind === null) throw new Error('A file is no chunk.');
  const body = blob.subarray(headerBytes(kind));
  if (!kind.compressed) return body;
  const bytes = zstd.decompress(body, room);
  if (bytes === null) throw new Error('A chunk cannot be unpacked.');
  return room.subarray(0, bytes);
}
