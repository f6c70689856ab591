import { z } from 'zod';
import { DatastoreNameInput } from './datastore.ts';
import {
  formatSnapshotPath,
  formatSnapshotTime,
  parseBackupId,
  parseBackupType,
  parseNamespacePath,
  parseSnapshotRef,
  parseSnapshotTime,
  type SnapshotRef,
} from './ids.ts';
import { ok, type Result } from './result.ts';
import { schemaOf } from './schema.ts';
import { SnapshotInput } from './snapshot.ts';
import { countOf, formatCount } from './units.ts';

/** The trash of a datastore: removed snapshots that can be restored for some days. */

const DAY_SECONDS = 86_400;

/** What put a snapshot there. */
export const TRASH_REASONS = ['forget', 'prune'] as const;
export type TrashReason = (typeof TRASH_REASONS)[number];

/** One removed snapshot. The same snapshot may lie there several times, put there at different times. */
export interface TrashItem extends SnapshotRef {
  /** When it was put there, in whole seconds since 1970. */
  trashedTime: number;
}

/** `host/web-1/2026-05-02T08:11:33Z@2026-06-01T04:00:00Z`, with the namespace in front if there is one. */
export function formatTrashItem(item: TrashItem): string {
  return `${formatSnapshotPath(item)}@${formatSnapshotTime(item.trashedTime)}`;
}

/** The same, or without the second time where it is not known. */
export function parseTrashItem(
  text: string,
  field = 'item',
): Result<SnapshotRef & { trashedTime: number | null }> {
  const [path = '', trashedText] = text.split('@', 2);
  const snapshot = parseSnapshotRef(path, field);
  if (!snapshot.ok || trashedText === undefined)
    return snapshot.ok ? ok({ ...snapshot.value, trashedTime: null }) : snapshot;
  const trashed = parseSnapshotTime(trashedText, field);
  return trashed.ok ? ok({ ...snapshot.value, trashedTime: trashed.value }) : trashed;
}

/** When a garbage collection may remove it at the earliest, in seconds since 1970. */
export function trashExpiry({ trashedTime }: Pick<TrashItem, 'trashedTime'>, trashDays: number): number {
  return trashedTime + trashDays * DAY_SECONDS;
}

/** How long what is put there now can be restored at least. `now` in ms since 1970. */
export function restorableUntil(trashDays: number, now: number): Date {
  return new Date(trashExpiry({ trashedTime: Math.floor(now / 1000) }, trashDays) * 1000);
}

/** What was removed, and how many of that are in the trash; the rest is gone for good. */
export interface RemovedCounts {
  removed: number;
  trashed: number;
}

/** `3 snapshots moved to the trash`, `3 snapshots removed for good`, or both. */
export function removedWords({ removed, trashed }: RemovedCounts): string {
  const gone = removed - trashed;
  if (gone === 0) return `${countOf(trashed, 'snapshot')} moved to the trash`;
  if (trashed === 0) return `${countOf(gone, 'snapshot')} removed for good`;
  return `${countOf(trashed, 'snapshot')} moved to the trash, ${formatCount(gone)} unfinished removed for good`;
}

/** How long they can be restored, and when their space comes back; nothing where nothing was removed. */
export function afterRemovalWords(
  { removed, trashed }: RemovedCounts,
  trashDays: number,
  now: number,
): string {
  if (removed === 0) return '';
  if (trashed === 0) return 'Space is freed by the next garbage collection.';
  const until = restorableUntil(trashDays, now).toISOString().slice(0, 16).replace('T', ' ');
  const who = trashed === 1 ? 'It' : 'They';
  return `${who} can be restored until at least ${until} UTC; the garbage collection after that frees the space.`;
}

export const TrashItemInput = SnapshotInput.omit({ datastore: true }).extend({
  trashedTime: SnapshotInput.shape.time,
});

const Items = z.array(TrashItemInput).min(1).max(1000);

export const TrashListInput = z.object({
  datastore: DatastoreNameInput,
  namespace: schemaOf((text) => parseNamespacePath(text)).optional(),
  type: schemaOf((text) => parseBackupType(text)).optional(),
  id: schemaOf((text) => parseBackupId(text)).optional(),
  /** A part of the group as it is written, with its namespace: `production/vm/12345`; case does not count. */
  search: z.string().trim().max(128).optional(),
  offset: z.number().int().min(0).default(0),
  limit: z.number().int().min(1).max(1000).default(100),
});
export type TrashListInput = z.infer<typeof TrashListInput>;

export const TrashRestoreInput = z.object({
  datastore: DatastoreNameInput,
  items: Items,
  /** Only say what would come back, and what would not. */
  dryRun: z.boolean().default(false),
});
export type TrashRestoreInput = z.infer<typeof TrashRestoreInput>;

export const TrashEmptyInput = z.object({
  datastore: DatastoreNameInput,
  /** Left out: everything that is in it. */
  items: Items.optional(),
  /** Collect garbage afterwards, which gives the space back. */
  collect: z.boolean().default(false),
  /** Only say what would go. */
  dryRun: z.boolean().default(false),
});
export type TrashEmptyInput = z.infer<typeof TrashEmptyInput>;

/** What the tasks are given beside their datastore. */
export const TrashRestorePayload = z.object({ items: Items });
export const TrashEmptyPayload = z.object({
  items: z.array(TrashItemInput).max(1000),
  /** Besides everything that was put there by then, in seconds since 1970; null for the named ones alone. */
  allUntil: z.number().int().nullable(),
  collect: z.boolean(),
});
