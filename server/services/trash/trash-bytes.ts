import type { DatastoreRow } from '../find-datastore.ts';

/**
 * What a garbage collection frees once the trash is empty, in bytes on the disk, as far as it is known: null when nobody has
 * looked who uses the space since the newest item came. `newest`: when that was; null for an empty trash.
 */
export function knownTrashBytes(
  { trashBytes, spaceUseAt }: Pick<DatastoreRow, 'trashBytes' | 'spaceUseAt'>,
  newest: Date | null,
): number | null {
  if (newest === null) return 0;
  return spaceUseAt === null || newest > spaceUseAt ? null : trashBytes;
}
