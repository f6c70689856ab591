import { formatGroupPath, formatSnapshotPath } from '#domain/ids.ts';
import { formatTrashItem, type TrashItem, type TrashReason } from '#domain/trash.ts';
import { countOf, formatBytes } from '#domain/units.ts';
import type { TrashEmptyPlan, TrashPage, TrashView } from '../../trpc/views.ts';
import { datastoreHref } from '../datastore-words.ts';

/** How the trash and what lies in it is named, linked and told about. */

export const TRASH_ID = 'trash';

export function trashHref(datastore: string): string {
  return `${datastoreHref(datastore, 'prune')}#${TRASH_ID}`;
}

/** As the API takes it. */
export function itemOf({ namespace, type, id, time, trashedTime }: TrashView): TrashItem {
  // The server parsed these names before it sent them.
  return { namespace, type, id, time, trashedTime } as TrashItem;
}

/** Also the same snapshot that was removed twice has two of them. */
export function itemId(view: TrashView): string {
  return formatTrashItem(itemOf(view));
}

export function itemLabel(view: TrashView): string {
  return formatSnapshotPath(itemOf(view));
}

export function groupPath(view: TrashView): string {
  return formatGroupPath(itemOf(view));
}

export const REASON_WORDS: Record<TrashReason, string> = { forget: 'Forgotten', prune: 'Pruned' };

/** `for 14 days` */
export function forDays(trashDays: number): string {
  return `for ${countOf(trashDays, 'day')}`;
}

/** What all of it comes to: `88 snapshots, 1.20 TiB of backups as if nothing were shared.` */
export function sumWords({ total, totalBytes }: Pick<TrashPage, 'total' | 'totalBytes'>): string {
  return `${countOf(total, 'snapshot')}, ${formatBytes(totalBytes)} of backups as if nothing were shared.`;
}

/** What a garbage collection frees once they are gone. */
export function freedWords({ freesBytes }: Pick<TrashEmptyPlan, 'freesBytes'>, isWhole: boolean): string {
  if (freesBytes !== null) return `about ${formatBytes(freesBytes)}`;
  return isWhole
    ? 'not known until a garbage collection has looked who uses the space'
    : 'what nothing else needs; it is counted for the whole trash only';
}
