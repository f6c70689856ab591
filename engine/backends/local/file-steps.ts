/**
 * How a file gets its final name: the one recipe of the engine (docs/reliability.md).
 *
 * *Invariant*: a final name shows either the old content or the whole new content, at every instant and after
 * a power cut. Without the flush before the rename, ext4, XFS and btrfs show an empty file under the final
 * name after a cut; without the flush of the directory the rename itself may be lost.
 *
 * The recipe is a sequence of file calls, so that the same steps run with waiting calls in worker threads and
 * with promises on the event loop.
 */

export type FileCall =
  | { call: 'open'; path: string; flags: string; mode?: number }
  | { call: 'write'; fd: number; bytes: Uint8Array; offset: number; position: number }
  | { call: 'fsync'; fd: number }
  | { call: 'writeback'; fd: number; bytes: number }
  | { call: 'close'; fd: number }
  | { call: 'rename'; from: string; to: string }
  | { call: 'link'; from: string; to: string }
  | { call: 'unlink'; path: string };

/** What is yielded is to be carried out; what comes back is its result (a descriptor, or bytes written). */
export type Steps<Result> = Generator<FileCall, Result, number>;

export interface PutFileOptions {
  exclusive?: boolean;
  durable?: boolean;
  mode?: number;
}

const FILE_MODE = 0o644;

/** Writes `bytes` to `path` by way of `temporary`, a free name in the same directory. */
export function* putFileSteps(
  path: string,
  temporary: string,
  bytes: Uint8Array,
  options: PutFileOptions = {},
): Steps<void> {
  const fd = yield { call: 'open', path: temporary, flags: 'wx', mode: options.mode ?? FILE_MODE };
  let open = true;
  try {
    yield* writeAllSteps(fd, bytes, 0);
    yield* publishSteps(fd, temporary, path, options);
    // A flush of the whole filesystem follows at the end; the disk need not be idle until then.
    if (!options.durable) yield { call: 'writeback', fd, bytes: bytes.length };
    open = false;
    yield { call: 'close', fd };
  } catch (error) {
    yield* discardSteps(open ? fd : null, temporary);
    throw error;
  }
}

/** A write may be short: goes on until every byte is out. */
export function* writeAllSteps(fd: number, bytes: Uint8Array, position: number): Steps<void> {
  let offset = 0;
  while (offset < bytes.length) {
    offset += yield { call: 'write', fd, bytes, offset, position: position + offset };
  }
}

/**
 * Gives a written temporary file its final name. The descriptor that wrote is flushed, not a new one: on some
 * filesystems flushing through another descriptor is not enough. It is flushed again after the rename and
 * then the directory, because some honour only one of the two.
 */
export function* publishSteps(
  fd: number,
  temporary: string,
  path: string,
  options: PutFileOptions,
): Steps<void> {
  if (options.durable) yield { call: 'fsync', fd };
  if (options.exclusive) {
    yield { call: 'link', from: temporary, to: path };
    yield { call: 'unlink', path: temporary };
  } else {
    yield { call: 'rename', from: temporary, to: path };
  }
  if (!options.durable) return;
  yield { call: 'fsync', fd };
  yield* flushDirectorySteps(directoryOf(path));
}

/** A new, moved or removed name is durable once its directory has been flushed. */
export function* flushDirectorySteps(directory: string): Steps<void> {
  const fd = yield { call: 'open', path: directory, flags: 'r' };
  try {
    yield { call: 'fsync', fd };
  } finally {
    yield { call: 'close', fd };
  }
}

/** Takes a failed temporary file away; its own failures do not matter any more. */
export function* discardSteps(fd: number | null, temporary: string): Steps<void> {
  if (fd !== null) yield* ignoring({ call: 'close', fd });
  yield* ignoring({ call: 'unlink', path: temporary });
}

function* ignoring(call: FileCall): Steps<void> {
  try {
    yield call;
  } catch {
    // The error that brought us here is the one to report.
  }
}

export function directoryOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 1));
}
