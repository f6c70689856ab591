import { formatSnapshotTime, type GroupRef, parseSnapshotTime } from '#domain/ids.ts';
import type { TrashItem } from '#domain/trash.ts';
import { below, groupKey } from '../hierarchy/layout.ts';

/**
 * Where removed snapshots lie (docs/formats/datastore.md). The root is hidden, so that neither our listings nor those of
 * a Proxmox Backup Server look into it; below it groups have the places that they have in the datastore.
 */

export const TRASH_ROOT = '.trash';
/** Who put it there and why. Written before the snapshot comes. */
export const NOTE_NAME = 'trash.json';
/** The directory of the snapshot as it was. An item without it is what a crash has left of a move. */
export const CONTENT_NAME = 'snapshot';

/** Namespaces that were removed as a whole, until each of their snapshots lies in its group. */
export const REMOVED_ROOT = `${TRASH_ROOT}/namespaces`;

const DELETING_SUFFIX = '.deleting';

export function isTrashKey(key: string): boolean {
  return key.startsWith(`${TRASH_ROOT}/`);
}

export function trashGroupKey(group: GroupRef): string {
  return below(TRASH_ROOT, groupKey(group));
}

export function itemKey(item: TrashItem): string {
  return below(trashGroupKey(item), itemName(item));
}

export function contentKey(item: TrashItem): string {
  return below(itemKey(item), CONTENT_NAME);
}

export function noteKey(item: TrashItem): string {
  return below(itemKey(item), NOTE_NAME);
}

/** What an item is renamed to before its files go. */
export function itemDeletingKey(item: TrashItem): string {
  return below(trashGroupKey(item), `.${itemName(item)}${DELETING_SUFFIX}`);
}

function itemName({ time, trashedTime }: TrashItem): string {
  return `${formatSnapshotTime(time)}@${formatSnapshotTime(trashedTime)}`;
}

export function parseItemName(name: string): Pick<TrashItem, 'time' | 'trashedTime'> | null {
  const parts = name.split('@');
  const [time, trashedTime] = parts.map((part) => parseSnapshotTime(part));
  if (parts.length !== 2 || !time?.ok || !trashedTime?.ok) return null;
  return { time: time.value, trashedTime: trashedTime.value };
}

/** The item that such a name is left of; null for every other name. */
export function parseDeletingName(name: string): Pick<TrashItem, 'time' | 'trashedTime'> | null {
  if (!name.startsWith('.') || !name.endsWith(DELETING_SUFFIX)) return null;
  return parseItemName(name.slice(1, -DELETING_SUFFIX.length));
}
