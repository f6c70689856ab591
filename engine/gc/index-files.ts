import { BackupError, isBackupError } from '#domain/errors.ts';
import { BACKUP_TYPES } from '#domain/ids.ts';
import type { ObjectBackend } from '../backends/backend.ts';
import { below } from '../hierarchy/layout.ts';
import { isIndexName } from '../indexes/open-index.ts';
import { TRASH_ROOT } from '../trash/trash-layout.ts';

const SNAPSHOT_ROOTS = new Set<string>([...BACKUP_TYPES, 'ns', TRASH_ROOT]);
/** Of filesystems, and nobody's business. */
const FOREIGN = new Set(['lost+found']);

/**
 * The keys of all index files of a datastore, wherever they lie, also in the trash; what else is hidden is skipped, and
 * with it the chunks and what is being removed. What cannot be read stops it (STORAGE_DENIED, …), and so does a link in the place of a directory
 * (GC_INDEX_UNREADABLE): an index may be behind it.
 */
export async function listIndexFiles(backend: ObjectBackend, signal: AbortSignal): Promise<Set<string>> {
  const keys = new Set<string>();
  const directories = [''];
  for (let directory = directories.pop(); directory !== undefined; directory = directories.pop()) {
    signal.throwIfAborted();
    for (const { name, kind } of await entriesOf(backend, directory)) {
      const key = below(directory, name);
      if ((name.startsWith('.') && key !== TRASH_ROOT) || FOREIGN.has(name)) continue;
      if (kind === 'directory') directories.push(key);
      else if (kind === 'object' && isIndexName(name)) keys.add(key);
      else if (kind === 'other' && mayHideIndexes(key)) throw hidden(key);
    }
  }
  return keys;
}

/** Where snapshots lie, or by its name an index: neither we nor a Proxmox Backup Server put links or devices there. */
function mayHideIndexes(key: string): boolean {
  return SNAPSHOT_ROOTS.has(key.split('/')[0] ?? '') || isIndexName(key);
}

function hidden(key: string): BackupError {
  const words = `Nothing was removed: ${key} is a link or a special file, and what is behind it is not looked at.`;
  return new BackupError('GC_INDEX_UNREADABLE', words, {
    hint: 'Chunks that indexes behind it need would be lost. Put the directory itself there, or move the link away.',
  });
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
