import * as fs from 'node:fs';
import { join } from 'node:path';
import type { ObjectBackend } from '../backends/backend.ts';
import { CHUNK_ROOT } from '../chunks/chunk-key.ts';

const PARALLEL = 32;

/**
 * When chunks were last added to a datastore or removed from it, in ms since 1970 by the clock of the storage: both change
 * the directory that they are in. Null where the backend has no files.
 */
export async function lastChunkChange(backend: ObjectBackend, signal: AbortSignal): Promise<number | null> {
  const { direct } = backend.traits;
  if (direct === null) return null;
  const names = (await backend.list(CHUNK_ROOT)).map(({ name }) => join(direct.access, CHUNK_ROOT, name));
  let last = 0;
  await direct.use(async () => {
    for (let first = 0; first < names.length; first += PARALLEL) {
      signal.throwIfAborted();
      const some = names.slice(first, first + PARALLEL);
      const stats = await Promise.all(some.map((name) => fs.promises.lstat(name)));
      last = Math.max(last, ...stats.map(({ mtimeMs }) => mtimeMs));
    }
  });
  return last;
}
