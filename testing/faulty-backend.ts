import type { BackupError } from '#domain/errors.ts';
import type { Backend, ObjectBackend, ObjectReader, StagedObject } from '#engine/backends/backend.ts';

export interface Fault {
  /** Fails the n-th call, counted from 1; null never. */
  call: number | null;
  error: () => BackupError;
  /** Every later call fails as well. */
  persistent?: boolean;
}

/**
 * A backend whose n-th call fails. Tests count n up from 1 until nothing fires any more, so every call of an
 * operation has failed once: `fired` proves it.
 */
export function faultyBackend(
  inner: ObjectBackend,
  fault: Fault,
): ObjectBackend & { calls(): number; fired(): number } {
  let calls = 0;
  let fired = 0;
  const step = () => {
    calls += 1;
    if (fault.call === null) return;
    if (calls === fault.call || (fault.persistent === true && calls > fault.call)) {
      fired += 1;
      throw fault.error();
    }
  };
  const wrapReader = (reader: ObjectReader): ObjectReader => ({
    sizeBytes: reader.sizeBytes,
    read: async (target, position) => {
      step();
      await reader.read(target, position);
    },
    close: () => reader.close(),
  });
  const wrapStaged = (staged: StagedObject): StagedObject => ({
    write: async (bytes, position) => {
      step();
      await staged.write(bytes, position);
    },
    read: async (target, position) => {
      step();
      await staged.read(target, position);
    },
    commit: async (options) => {
      step();
      await staged.commit(options);
    },
    abort: () => staged.abort(),
  });
  const through = <Arguments extends unknown[], Result>(call: (...args: Arguments) => Promise<Result>) => {
    return async (...args: Arguments): Promise<Result> => {
      step();
      return call.apply(inner, args);
    };
  };
  const base: Backend = {
    kind: inner.kind,
    traits: { ...inner.traits, direct: null },
    onFlushFailed: null,
    capacity: through(inner.capacity),
    close: () => inner.close(),
  };
  return {
    ...base,
    put: through(inner.put),
    get: through(inner.get),
    stat: through(inner.stat),
    list: through(inner.list),
    remove: through(inner.remove),
    touch: through(inner.touch),
    makeDirectory: through(inner.makeDirectory),
    removeDirectory: through(inner.removeDirectory),
    rename: through(inner.rename),
    removeTree: through(inner.removeTree),
    flush: through(inner.flush),
    open: async (key) => {
      step();
      return wrapReader(await inner.open(key));
    },
    stage: async (key) => {
      step();
      return wrapStaged(await inner.stage(key));
    },
    calls: () => calls,
    fired: () => fired,
  };
}
