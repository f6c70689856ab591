import { isBackupError } from '#domain/errors.ts';
import type { ObjectBackend } from '../backends/backend.ts';
import type { Marks } from './mark.ts';
import type { Amount, SweepCounts } from './sweep-counts.ts';

/** The result of the last garbage collection, where a Proxmox Backup Server keeps it (docs/formats/datastore.md). */
export const GC_STATUS_NAME = '.gc-status';

/** Where there is no space for it, the one before stays, and `warn` hears of it: the collection went through all the same. */
export async function writeGcStatus(
  backend: ObjectBackend,
  { marks, counts, left, usedBytes }: { marks: Marks; counts: SweepCounts; left: Amount; usedBytes: number },
  warn: (text: string) => void,
): Promise<void> {
  const status = {
    'index-file-count': marks.indexFiles,
    'index-data-bytes': marks.archiveBytes,
    'disk-bytes': usedBytes,
    'disk-chunks': counts.used.files,
    'removed-bytes': counts.removed.bytes,
    'removed-chunks': counts.removed.files,
    'pending-bytes': counts.pending.bytes + left.bytes,
    'pending-chunks': counts.pending.files + left.files,
    'removed-bad': counts.badRemoved.files,
    'still-bad': counts.badKept.files,
  };
  try {
    await backend.put(GC_STATUS_NAME, Buffer.from(`${JSON.stringify(status)}\n`));
  } catch (error) {
    if (!isBackupError(error, 'STORAGE_FULL')) throw error;
    warn(`The result could not be kept in the datastore: ${error.message}`);
  }
}
