import type { Readable } from 'node:stream';
import { BackupError } from '#domain/errors.ts';

/** Reading request bodies with a bound. A body that ended early is never taken for a whole one. */

const GROWING_FROM_BYTES = 4096;

/** What a body may hold beyond its first bytes is asked for, and the peer waits as long as it is not granted. */
export interface LargeBody {
  freeBytes: number;
  room(): Promise<void>;
}

/** Collects a body of unknown length. Its parts are copied together: kept as they come, tiny ones would cost most. */
export async function readBody(stream: Readable, maxBytes: number, large?: LargeBody): Promise<Buffer> {
  let bytes = Buffer.alloc(0);
  let size = 0;
  let isLarge = large === undefined;
  const put = (part: Buffer) => {
    const end = size + part.length;
    if (end <= maxBytes) {
      if (end > bytes.length) {
        const grown = Buffer.alloc(Math.max(bytes.length * 2, end, GROWING_FROM_BYTES));
        grown.set(bytes.subarray(0, size));
        bytes = grown;
      }
      bytes.set(part, size);
    }
    size = end;
  };
  await consume(stream, (part) => {
    if (!isLarge && large && size + part.length > large.freeBytes) {
      isLarge = true;
      return large.room().then(() => put(part));
    }
    put(part);
    return null;
  });
  if (size > maxBytes)
    throw new BackupError('INPUT_TOO_LARGE', `request body too large (more than ${maxBytes} bytes)`);
  return bytes.subarray(0, size);
}

/** So much of a body is read before memory for all of it is asked for. */
const HEAD_BYTES = 64 * 1024;

/**
 * Reads a body of exactly `sizeBytes` into what `makeTarget` returns, which may keep it waiting: the peer then waits as
 * well. It is asked only when the body is well under way, so that bodies that trickle do not hold what others need.
 */
export async function readSized(
  stream: Readable,
  sizeBytes: number,
  makeTarget: () => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const head = Buffer.alloc(Math.min(HEAD_BYTES, sizeBytes));
  let target: Uint8Array = head;
  let size = 0;
  const put = (part: Buffer, at: number) => {
    if (at < target.length) target.set(part.subarray(0, target.length - at), at);
  };
  const startTarget = async () => {
    target = await makeTarget();
    target.set(head);
  };
  await consume(stream, (part) => {
    const at = size;
    size += part.length;
    put(part, at);
    if (target !== head || size <= head.length) return null;
    return startTarget().then(() => put(part.subarray(head.length - at), head.length));
  });
  if (size > sizeBytes) throw wrongSize('uploaded chunk is larger than announced.');
  if (size < sizeBytes) throw wrongSize('uploaded chunk has unexpected size.');
  if (target === head) await startTarget();
  return target;
}

function wrongSize(text: string): BackupError {
  return new BackupError('DATA_INVALID', text);
}

/** Reads on without looking, so that the peer may finish sending. */
export function discardBody(stream: Readable): void {
  if (!stream.destroyed && !stream.readableEnded) stream.resume();
}

/**
 * Gives every part of a body to `take`, up to its end. What that returns is waited for, and the body waits as well.
 * Nothing is given any more once this has settled: the memory that parts were copied to may have gone elsewhere by then.
 */
export function consume(stream: Readable, take: (part: Buffer) => Promise<void> | null): Promise<void> {
  return new Promise((resolve, reject) => {
    let held: Promise<void> | null = null;
    let hasEnded = false;
    const settle = (settled: () => void) => {
      for (const [event, listener] of Object.entries(listeners)) stream.off(event, listener);
      // Whoever is waited for gets what it waits for, and can give it back.
      if (held) void held.then(settled);
      else settled();
    };
    const fail = () => settle(() => reject(new BackupError('DATA_INVALID', 'the body ended too early')));
    const data = (part: Buffer) => {
      const wait = take(part);
      if (wait === null) return;
      stream.pause();
      held = wait.then(
        () => {
          held = null;
          if (!hasEnded) stream.resume();
        },
        (error) => {
          held = null;
          settle(() => reject(error));
        },
      );
    };
    const end = () => {
      // It also comes for a stream that was reset in the middle, and while the last part is still waited for.
      if (isAborted(stream)) return fail();
      hasEnded = true;
      settle(resolve);
    };
    const listeners = { data, end, aborted: fail, close: fail, error: fail };
    if (stream.destroyed || isAborted(stream)) return fail();
    for (const [event, listener] of Object.entries(listeners)) stream.on(event, listener);
  });
}

function isAborted(stream: Readable): boolean {
  return 'aborted' in stream && stream.aborted === true;
}
