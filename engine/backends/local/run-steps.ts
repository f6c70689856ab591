import * as fs from 'node:fs';
import { promisify } from 'node:util';
import { startWriteback } from '../../posix.ts';
import type { FileCall, Steps } from './file-steps.ts';

/** Carries out the steps of a recipe with real files: waiting (for threads) or with promises. */

export function runSync<Result>(steps: Steps<Result>): Result {
  let next = steps.next();
  while (!next.done) {
    let answer: number;
    try {
      answer = callSync(next.value);
    } catch (error) {
      next = steps.throw(error);
      continue;
    }
    next = steps.next(answer);
  }
  return next.value;
}

export async function runAsync<Result>(steps: Steps<Result>): Promise<Result> {
  let next = steps.next();
  while (!next.done) {
    let answer: number;
    try {
      answer = await callAsync(next.value);
    } catch (error) {
      next = steps.throw(error);
      continue;
    }
    next = steps.next(answer);
  }
  return next.value;
}

function callSync(step: FileCall): number {
  switch (step.call) {
    case 'open':
      return fs.openSync(step.path, step.flags, step.mode);
    case 'write':
      return fs.writeSync(step.fd, step.bytes, step.offset, step.bytes.length - step.offset, step.position);
    case 'fsync':
      fs.fsyncSync(step.fd);
      return 0;
    case 'writeback':
      startWriteback(step.fd, 0, step.bytes);
      return 0;
    case 'close':
      fs.closeSync(step.fd);
      return 0;
    case 'rename':
      fs.renameSync(step.from, step.to);
      return 0;
    case 'link':
      fs.linkSync(step.from, step.to);
      return 0;
    case 'unlink':
      fs.unlinkSync(step.path);
      return 0;
  }
}

// Plain descriptors and not FileHandle: a recipe may be started on one thread and its file read on another.
const files = {
  open: promisify(fs.open) as (path: string, flags: string, mode?: number) => Promise<number>,
  write: promisify(fs.write) as unknown as (
    fd: number,
    bytes: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ) => Promise<{ bytesWritten: number }>,
  fsync: promisify(fs.fsync),
  close: promisify(fs.close),
};

async function callAsync(step: FileCall): Promise<number> {
  switch (step.call) {
    case 'open':
      return files.open(step.path, step.flags, step.mode);
    case 'write': {
      const length = step.bytes.length - step.offset;
      return (await files.write(step.fd, step.bytes, step.offset, length, step.position)).bytesWritten;
    }
    case 'fsync':
      await files.fsync(step.fd);
      return 0;
    case 'writeback':
      return 0; // it may wait for a slow disk, which the event loop must not
    case 'close':
      await files.close(step.fd);
      return 0;
    case 'rename':
      await fs.promises.rename(step.from, step.to);
      return 0;
    case 'link':
      await fs.promises.link(step.from, step.to);
      return 0;
    case 'unlink':
      await fs.promises.unlink(step.path);
      return 0;
  }
}
