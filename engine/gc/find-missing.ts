import { isBackupError } from '#domain/errors.ts';
import type { ObjectBackend } from '../backends/backend.ts';
import type { Digest } from '../chunks/digest.ts';
import { openIndex } from '../indexes/open-index.ts';
import { MarkLookup, type SharedMarks } from './mark-table.ts';

export interface MissingChunk {
  digest: Digest;
  /** Key of an index that refers to it. */
  indexKey: string;
}

/**
 * Which index refers to chunks whose file the sweep did not meet: for each index the first of them. Reads every index
 * once more, so only asked when some are missing.
 */
export async function* findMissing(
  backend: ObjectBackend,
  keys: readonly string[],
  marks: SharedMarks,
  signal: AbortSignal,
): AsyncIterable<MissingChunk> {
  const lookup = new MarkLookup(marks);
  for (const indexKey of keys) {
    signal.throwIfAborted();
    const digest = await firstMissing(backend, indexKey, lookup);
    if (digest !== null) yield { digest, indexKey };
  }
}

async function firstMissing(backend: ObjectBackend, key: string, lookup: MarkLookup): Promise<Digest | null> {
  try {
    const reader = await backend.open(key);
    try {
      const index = await openIndex(key, reader);
      for await (const { digest } of index.entries()) if (!lookup.wasSeen(digest)) return digest;
      return null;
    } finally {
      await reader.close();
    }
  } catch (error) {
    if (isBackupError(error, 'STORAGE_MISSING')) return null;
    throw error;
  }
}
