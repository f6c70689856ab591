import { DEFAULT_JOB, type JobId, type JobKind, jobNoun } from '#domain/job.ts';
import { type DatastoreTab, datastoreHref } from './datastore-words.ts';

/** What the jobs of a datastore are called where there is little room, and where they are looked after. */

const SHORT: Readonly<Record<string, string>> = { gc: 'GC', verify: 'Verify' };
const TABS: Readonly<Record<string, DatastoreTab>> = { gc: 'gc', prune: 'prune', verify: 'verify' };

/** `Garbage collection`, `Prune of production` */
export function jobTitle(kind: JobKind, name = DEFAULT_JOB): string {
  const noun = jobNoun({ kind, name });
  return `${noun.charAt(0).toUpperCase()}${noun.slice(1)}`;
}

/** `GC`, `Verify of production` */
export function jobLabel({ kind, name }: JobId): string {
  const short = SHORT[kind];
  if (short === undefined) return jobTitle(kind, name);
  return name === DEFAULT_JOB ? short : `${short} of ${name}`;
}

/** A restore drill proves what verification claims, and stands beside it. */
export function jobHref(name: string, kind: JobKind): string {
  return datastoreHref(name, TABS[kind] ?? 'verify');
}
