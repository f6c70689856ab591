import * as fs from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { seekData } from '#engine/posix.ts';
import { ChunkBuffers } from './chunk-buffers.ts';
import { ChunkMaker, type MadeChunk, movable, type RawChunk } from './chunk-maker.ts';
import { failureMessage } from './failure-message.ts';
import type { HashThreadData, PipelineMessage } from './messages.ts';
import { SharedControl, Stopped } from './shared-control.ts';
import { SharedDigests } from './shared-digests.ts';
import { ZERO_DIGEST_BYTES } from './zero-chunk.ts';

/** A thread that turns bytes into chunks: takes one, hashes, compresses if it is new, passes it on. */

const data = workerData as HashThreadData;
const control = new SharedControl(data.control);
const maker = new ChunkMaker(control, new SharedDigests(data.previous), new SharedDigests(data.run));

function post(message: PipelineMessage, move: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, move);
}

function pass(chunk: MadeChunk): void {
  post({ kind: 'chunk', chunk }, movable(chunk));
}

function hashStream(buffers: ChunkBuffers): void {
  for (;;) {
    const filled = buffers.takeReady();
    if (filled === null) return;
    const chunk = maker.make(filled);
    buffers.release(filled.buffer);
    pass(chunk);
  }
}

/** Reads whichever chunk of the image nobody has read yet, until there is none left. */
function hashImage(image: Extract<HashThreadData, { source: 'image' }>): void {
  const { archive, chunkBytes, sizeBytes } = image;
  const fd = fs.openSync(image.path, 'r');
  const buffer = Buffer.alloc(Math.min(chunkBytes, sizeBytes));
  const zeros = Buffer.alloc(buffer.length);
  try {
    for (;;) {
      const sequence = control.nextNumber();
      const offset = sequence * chunkBytes;
      if (offset >= sizeBytes) return;
      if (control.cancelled) throw new Stopped();
      const bytes = buffer.subarray(0, Math.min(chunkBytes, sizeBytes - offset));
      const isHole = readOrHole(fd, offset, bytes, zeros);
      const digest = isHole && bytes.length === chunkBytes ? Uint8Array.from(ZERO_DIGEST_BYTES) : undefined;
      const content = isHole ? zeros.subarray(0, bytes.length) : bytes;
      const raw: RawChunk = { archive, sequence, offset, bytes: content, ...(digest ? { digest } : {}) };
      pass(maker.make(raw));
      post({ kind: 'read', bytes: bytes.length });
    }
  } finally {
    fs.closeSync(fd);
  }
}

/** Fills `bytes`; true when they would all be zero. A hole of the file is not even read, and leaves them as they were. */
function readOrHole(fd: number, offset: number, bytes: Buffer, zeros: Buffer): boolean {
  const dataAt = nextData(fd, offset);
  if (dataAt === null || dataAt >= offset + bytes.length) {
    return true;
  }
  for (let done = 0; done < bytes.length; ) {
    const count = fs.readSync(fd, bytes, done, bytes.length - done, offset + done);
    if (count === 0) throw new Error(`the source became shorter while it was read, at ${offset + done}`);
    done += count;
  }
  return (
    bytes[0] === 0 && bytes.equals(bytes.length === zeros.length ? zeros : zeros.subarray(0, bytes.length))
  );
}

let canSeek = true;

/** Devices and some filesystems cannot tell where data is: then everything counts as data. */
function nextData(fd: number, offset: number): number | null {
  if (!canSeek) return offset;
  try {
    return seekData(fd, offset);
  } catch {
    canSeek = false;
    return offset;
  }
}

try {
  if (data.source === 'stream') hashStream(new ChunkBuffers(data.buffers, control));
  else hashImage(data);
} catch (error) {
  if (!(error instanceof Stopped)) {
    post(failureMessage(error));
    control.cancel();
  }
}
