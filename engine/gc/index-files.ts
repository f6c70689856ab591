import { isBackupError } from '#domain/errors.ts';
import type { ObjectBackend } from '../backends/backend.ts';
import { below } from '../hierarchy/layout.ts';
import { isIndexName } from '../indexes/open-index.ts';

/** Of filesystems, and nobody's business. */
const FOREIGN = new Set(['lost+found']);

/**
 * The keys of all index files of a datastore, wherever they lie; what is hidden is skipped, and with it the chunks and
 * what is being removed. What cannot be read stops it (STORAGE_DENIED, …): an index may be behind it.
 */
export async function listIndexFiles(backend: ObjectBackend, signal: AbortSignal): Promise<Set<string>> {
  const keys = new Set<string>();
  const directories = [''];
  for (let directory = directories.pop(); directory !== undefined; directory = directories.pop()) {
    signal.throwIfAborted();
    for (const { name, kind } of await entriesOf(backend, directory)) {
      if (name.startsWith('.') || FOREIGN.has(name)) continue;
      const key = below(directory, name);
      if (kind === 'directory') directories.push(key);
      else if (kind === 'object' && isIndexName(name)) keys.add(key);
    }
  }
  return keys;
}

/** Nothing where it vanished meanwhile: a snapshot was removed. */
async function entriesOf(backend: ObjectBackend, directory: string) {
  try {
    return await backend.list(directory);
  } catch (error) {
    if (directory !== '' && isBackupError(error, 'STORAGE_MISSING')) return [];
    throw error;
  }
}
