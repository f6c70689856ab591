import { asc } from 'drizzle-orm';
import { calendarEventWords } from '#domain/calendar/event-words.ts';
import { parseCalendarEvent } from '#domain/calendar/parse-event.ts';
import type { NamespacePath } from '#domain/ids.ts';
import { type JobId, type JobOptions, jobNoun } from '#domain/job.ts';
import { type AclEntry, type AclPath, datastorePath, type Privilege } from '#domain/permissions.ts';
import { must } from '#domain/result.ts';
import { BY_HAND_WORDS } from '#domain/schedule.ts';
import type { Executor } from '#drizzle/client.ts';
import { jobOf, readJobs } from '#drizzle/jobs.ts';
import { acl } from '#drizzle/schema/acl.ts';
import { isWithinPath } from '#drizzle/within.ts';
import type { DatastoreRow } from '../find-datastore.ts';

/** What hangs on a namespace without being in it: permissions and jobs. */

export type NamespaceGrant = Pick<AclEntry, 'path' | 'principal' | 'role' | 'propagate'>;

/** Whether the caller may see who was granted what: everywhere, or on this path. */
export function seesGrants(
  holds: (path: AclPath, privilege: Privilege) => boolean,
  path: AclPath = '/access',
): boolean {
  return (
    holds('/access', 'Sys.Audit') ||
    ['/access' as AclPath, path].some((one) => holds(one, 'Permissions.Modify'))
  );
}

/** The entries on the namespace and below it. */
export function grantsBelow(
  db: Executor,
  datastore: string,
  namespace: NamespacePath,
): Promise<NamespaceGrant[]> {
  const { path, principal, role, propagate } = acl;
  return db
    .select({ path, principal, role, propagate })
    .from(acl)
    .where(isWithinPath(path, datastorePath(datastore, namespace)))
    .orderBy(asc(path), asc(principal), asc(role));
}

export interface NamespaceJob extends JobId {
  /** As in "the prune of production has ended". */
  noun: string;
  /** When it runs: `Every Sunday at 05:00`, `Manual only`. */
  words: string;
  /** Where it begins, and how many levels below that it goes; null for all. */
  namespace: NamespacePath;
  depth: number | null;
}

/** The jobs of the datastore that are made for such a part of it. */
export async function jobsFor(
  db: Executor,
  { id }: Pick<DatastoreRow, 'id'>,
  isMeant: (scope: { namespace: NamespacePath; depth: number | null }, options: JobOptions) => boolean,
): Promise<NamespaceJob[]> {
  return (await readJobs(db, id)).map(jobOf).flatMap((job) => {
    const { kind, name, schedule, options } = job;
    const scope = { namespace: options.namespace ?? ('' as NamespacePath), depth: options.depth ?? null };
    if (!isMeant(scope, options)) return [];
    const words = schedule === null ? BY_HAND_WORDS : calendarEventWords(must(parseCalendarEvent(schedule)));
    return [{ ...{ kind, name, words }, noun: jobNoun(job), ...scope }];
  });
}
