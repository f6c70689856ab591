import type { ObjectBackend } from '../backends/backend.ts';
import type { Marks } from './mark.ts';
import type { SweepCounts } from './sweep-counts.ts';

/** The result of the last garbage collection, where a Proxmox Backup Server keeps it (docs/formats/datastore.md). */
export const GC_STATUS_NAME = '.gc-status';

export async function writeGcStatus(
  backend: ObjectBackend,
  marks: Marks,
  counts: SweepCounts,
  usedBytes: number,
): Promise<void> {
  const status = {
    'index-file-count': marks.indexFiles,
    'index-data-bytes': marks.archiveBytes,
    'disk-bytes': usedBytes,
    'disk-chunks': counts.used.files,
    'removed-bytes': counts.removed.bytes,
    'removed-chunks': counts.removed.files,
    'pending-bytes': counts.pending.bytes,
    'pending-chunks': counts.pending.files,
    'removed-bad': counts.badRemoved.files,
    'still-bad': counts.badKept.files,
  };
  await backend.put(GC_STATUS_NAME, Buffer.from(`${JSON.stringify(status)}\n`));
}
