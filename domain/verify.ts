import { z } from 'zod';
import { DatastoreNameInput } from './datastore.ts';
import { formatSnapshotTime } from './ids.ts';
import { BudgetBytes, OutdatedAfterDays, Until } from './job-fields.ts';
import type { Privilege } from './permissions.ts';
import { parsePrincipalId } from './principal.ts';
import { schemaOf } from './schema.ts';
import { GroupScope, scopeSubject } from './scope.ts';
import { countOf, formatBytes } from './units.ts';

/** Verification: what it is asked for, and what it comes to. */

const Wish = GroupScope.extend({
  /** Only this snapshot of the group, by its time: whole seconds since 1970. */
  time: z.number().int().nullable().default(null),
  outdatedAfterDays: OutdatedAfterDays.default(null),
  budgetBytes: BudgetBytes.default(null),
});

export const VerifyInput = Wish.extend({ name: DatastoreNameInput });
export type VerifyInput = z.infer<typeof VerifyInput>;

/** Of which part of a datastore the state is asked, and what a run with that choice would read. */
export const VerificationInput = Wish.pick({ namespace: true, outdatedAfterDays: true }).extend({
  name: DatastoreNameInput,
});
export type VerificationInput = z.infer<typeof VerificationInput>;

/** Within how many days: what the coverage is told for. */
export const COVERAGE_DAYS = [7, 30, 90] as const;

/** Share of the chunks that is known to be sound: of each, some snapshot that needs it was found sound. */
export interface ChunkCoverage {
  /** That snapshots need and that are stored, each once. */
  chunks: number;
  /** Of their files. */
  bytes: number;
  within: { days: number; chunks: number; bytes: number }[];
}

export type VerifyWish = z.infer<typeof Wish>;

/** What the task is given beside its datastore. */
export const VerifyPayload = Wish.extend({
  /** Whose privileges bound it below the namespace; null for the server itself, which may verify everything. */
  onBehalfOf: schemaOf((text) => parsePrincipalId(text))
    .nullable()
    .default(null),
  until: Until,
});

/** Any of these on a namespace lets one verify what is in it. */
export const VERIFY_PRIVILEGES = ['Datastore.Verify', 'Datastore.Modify'] as const satisfies Privilege[];

const amount = z.number().int().nonnegative();

export const VerifyResult = z.object({
  sound: amount,
  failed: amount,
  /** In use, so not looked at. */
  skipped: amount,
  /** Found sound not long ago. */
  upToDate: amount,
  vanished: amount,
  /** Due, and not read because of the budget, or of the end of the window. */
  left: amount,
  /** It was the end of the window. */
  stopped: z.boolean().default(false),
  readChunks: amount,
  readBytes: amount,
});
export type VerifyResult = z.infer<typeof VerifyResult>;

const DAY_SECONDS = 86_400;

/** Whether a snapshot is to be read again; times in whole seconds since 1970. */
export function isVerifyDue(
  last: { state: 'ok' | 'failed'; at: number | null } | null,
  outdatedAfterDays: number | null,
  now: number,
): boolean {
  if (last === null || last.state === 'failed') return true;
  if (outdatedAfterDays === null) return false;
  if (last.at === null || outdatedAfterDays === 0) return true;
  return now - last.at > outdatedAfterDays * DAY_SECONDS;
}

export function verifyWords(result: VerifyResult): string {
  const { sound, failed, skipped, upToDate, left, stopped, readChunks, readBytes } = result;
  const read = readChunks > 0 ? `, ${formatBytes(readBytes)} in ${countOf(readChunks, 'chunk')} read` : '';
  const looked =
    sound + failed === 0
      ? left > 0
        ? 'Nothing was read.'
        : 'Nothing was due.'
      : failed === 0
        ? `${countOf(sound, 'snapshot')} verified${read}: all sound.`
        : `${countOf(failed, 'snapshot')} of ${sound + failed} damaged${read}.`;
  const besides = [
    upToDate > 0 ? `${countOf(upToDate, 'snapshot')} verified before` : '',
    skipped > 0 ? `${countOf(skipped, 'snapshot')} in use` : '',
    left > 0 && !stopped ? `${countOf(left, 'snapshot')} left for the next run` : '',
  ].filter(Boolean);
  const end = stopped ? ` Stopped at the end of the window; ${countOf(left, 'snapshot')} left.` : '';
  return `${looked}${besides.length > 0 ? ` Not read: ${besides.join(', ')}.` : ''}${end}`;
}

/** What a run reads of what was found sound before. */
export function verifyAgainWords(outdatedAfterDays: number | null): string {
  if (outdatedAfterDays === null) return 'reads each snapshot once';
  return outdatedAfterDays === 0
    ? 'reads everything'
    : `reads each snapshot again after ${countOf(outdatedAfterDays, 'day')}`;
}

export function verifySubject(datastore: string, wish: VerifyWish): string {
  return scopeSubject(datastore, wish, wish.time === null ? undefined : formatSnapshotTime(wish.time));
}
