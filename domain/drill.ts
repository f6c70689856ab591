import { z } from 'zod';
import { DatastoreNameInput } from './datastore.ts';
import { BACKUP_TYPES, formatSnapshotTime } from './ids.ts';
import { parsePrincipalId } from './principal.ts';
import { schemaOf } from './schema.ts';
import { GroupScope, scopeSubject } from './scope.ts';
import { SnapshotInput } from './snapshot.ts';
import { countOf, formatBytes, formatCount, formatDuration } from './units.ts';
import { VERIFY_PRIVILEGES } from './verify.ts';

/** Restore drills: a snapshot is really restored on the server, read back and compared. */

const Wish = GroupScope.extend({
  /** This snapshot of the group, by its time: whole seconds since 1970. Null for a random one of the whole part. */
  time: z.number().int().nullable().default(null),
});
export type DrillWish = z.infer<typeof Wish>;

export const DrillInput = Wish.extend({ name: DatastoreNameInput });
export type DrillInput = z.infer<typeof DrillInput>;

/** What the task is given beside its datastore. */
export const DrillPayload = Wish.extend({
  /** Whose privileges bound it below the namespace; null for the server itself, which may drill everything. */
  onBehalfOf: schemaOf((text) => parsePrincipalId(text))
    .nullable()
    .default(null),
});

/** Any of these on a namespace lets one drill what is in it; nothing of the content leaves the server. */
export const DRILL_PRIVILEGES = VERIFY_PRIVILEGES;

/** Of each datastore; older ones go. */
export const DRILL_REPORTS_MAX = 200;

export const DrillListInput = z.object({
  name: DatastoreNameInput,
  limit: z.number().int().min(1).max(DRILL_REPORTS_MAX).default(20),
  /** How many of the newest are passed over. */
  offset: z.number().int().min(0).default(0),
});
export type DrillListInput = z.infer<typeof DrillListInput>;

export const DrillGetInput = z.object({ name: DatastoreNameInput, id: z.uuid() });
export type DrillGetInput = z.infer<typeof DrillGetInput>;

/** Problems that a report names; more are counted in the log of its task only. */
export const DRILL_PROBLEMS_MAX = 20;

/** Whether there is room for a drill; without a snapshot only how much there is. */
export const DrillRoomInput = z.object({
  name: DatastoreNameInput,
  snapshot: SnapshotInput.omit({ datastore: true }).nullable().default(null),
});
export type DrillRoomInput = z.infer<typeof DrillRoomInput>;

export interface DrillRoom {
  /** Bytes that a drill may fill: what is free in the scratch directory, less a reserve. */
  roomBytes: number;
  /** What the snapshot takes when it is restored; null without one. */
  neededBytes: number | null;
}

const amount = z.number().int().nonnegative();

export const DrillResult = z.object({
  namespace: z.string(),
  type: z.enum(BACKUP_TYPES),
  backupId: z.string(),
  /** Of the snapshot: whole seconds since 1970. */
  time: z.number().int(),
  choice: z.enum(['named', 'random']),
  /** Reading and writing alone, without the comparison, in ms. */
  restoreMs: amount,
  restoredBytes: amount,
  restoredFiles: amount,
  /** Hashes that were compared. */
  hashes: amount,
  /** All that was wrong; a report names the first of them. */
  problems: amount,
  /** Archives that only a client with the key can restore. */
  encrypted: amount,
});
export type DrillResult = z.infer<typeof DrillResult>;

/** One of them, each as likely as the others; `random` answers from 0 to below 1. Undefined when there is none. */
export function pickOne<T>(from: readonly T[], random: () => number): T | undefined {
  return from[Math.floor(random() * from.length)];
}

type Told = Pick<
  DrillResult,
  'restoreMs' | 'restoredBytes' | 'restoredFiles' | 'hashes' | 'problems' | 'encrypted'
>;

/** What a drill came to; `snapshot` as people read it, `first` what was wrong first. */
export function drillWords(snapshot: string, told: Told, first: string | undefined): string {
  const { restoreMs, restoredBytes, restoredFiles, hashes, problems, encrypted } = told;
  const amounts = `${countOf(restoredFiles, 'file')}, ${formatBytes(restoredBytes)}`;
  const took = formatDuration(restoreMs);
  if (problems > 0) {
    const found = `${countOf(problems, 'problem')}${first === undefined ? '.' : `. ${problems === 1 ? '' : 'First: '}${first}`}`;
    return `The restore drill of ${snapshot} failed after ${amounts} in ${took}: ${found}`;
  }
  const compared = hashes === 0 ? 'nothing in it has a hash' : 'every hash equal';
  const kept =
    encrypted === 0
      ? ''
      : ` ${countOf(encrypted, 'archive')} left out: encrypted, and only a client with the key can restore it.`;
  return `${snapshot} restored in ${took}: ${amounts}, ${compared}.${kept}`;
}

/** `12 345 hashes compared`. */
export function hashWords(hashes: number): string {
  return hashes === 1 ? '1 hash compared' : `${formatCount(hashes)} hashes compared`;
}

export function drillSubject(datastore: string, wish: DrillWish): string {
  return scopeSubject(datastore, wish, wish.time === null ? undefined : formatSnapshotTime(wish.time));
}
