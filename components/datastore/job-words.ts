import { type JobKind, jobEntry } from '#domain/job.ts';
import { type DatastoreTab, datastoreHref } from './datastore-words.ts';

/** What the jobs of a datastore are called where there is little room, and where they are looked after. */

const SHORT: Readonly<Record<string, string>> = { gc: 'GC', verify: 'Verify' };
const TABS: Readonly<Record<string, DatastoreTab>> = { gc: 'gc', prune: 'prune', verify: 'verify' };

/** `Garbage collection` */
export function jobTitle(kind: JobKind): string {
  const { noun } = jobEntry(kind);
  return `${noun.charAt(0).toUpperCase()}${noun.slice(1)}`;
}

/** `GC` */
export function jobLabel(kind: JobKind): string {
  return SHORT[kind] ?? jobTitle(kind);
}

/** A restore drill proves what verification claims, and stands beside it. */
export function jobHref(name: string, kind: JobKind): string {
  return datastoreHref(name, TABS[kind] ?? 'verify');
}
