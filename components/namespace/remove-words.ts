import { countOf, formatBytes } from '#domain/units.ts';
import type { NamespaceRemovalPlan } from '../trpc/views.ts';

/** What a removal would do, in numbers and words. */

type Plan = NamespaceRemovalPlan;

/** What becomes of it, in a sentence. */
export function fateOf({ snapshotCount, unfinishedCount, restorableUntil }: Plan): string {
  if (snapshotCount === 0) return 'It is empty, so no backup goes with it.';
  const back = snapshotCount - unfinishedCount;
  if (restorableUntil === null || back === 0)
    return 'What it holds can no longer be restored. This cannot be taken back.';
  const rest = unfinishedCount > 0 ? ` ${countOf(unfinishedCount, 'unfinished backup')} for good.` : '';
  return `Its snapshots go to the trash of the datastore, and come back to it from there.${rest}`;
}

/** Whether something goes that nothing brings back. */
export function isForGood({ snapshotCount, unfinishedCount, restorableUntil }: Plan): boolean {
  return snapshotCount > unfinishedCount && restorableUntil === null;
}

export function removalFacts(plan: Plan): { label: string; value: string }[] {
  const { namespaces, groups, snapshotCount, logicalBytes, trashedCount } = plan;
  const below = namespaces.slice(1);
  return [
    { label: 'Namespaces', value: below.length > 0 ? namespaces.join(', ') : (namespaces[0] ?? '') },
    ...(snapshotCount === 0
      ? []
      : [
          {
            label: 'Their backups',
            value: `${countOf(snapshotCount, 'snapshot')} of ${countOf(groups.length, 'group')}`,
          },
          { label: 'Their size as if nothing were shared', value: formatBytes(logicalBytes) },
          { label: 'Freed now', value: 'nothing' },
          { label: freedLabel(plan), value: freedWords(plan) },
        ]),
    ...(trashedCount > 0
      ? [{ label: 'Stays in the trash', value: `${countOf(trashedCount, 'snapshot')} forgotten earlier` }]
      : []),
    { label: 'Permissions that go with it', value: grantWords(plan) },
    { label: 'Jobs that end with it', value: jobWords(plan) },
  ];
}

function freedLabel({ restorableUntil }: Plan): string {
  return restorableUntil === null ? 'Freed by garbage collection' : 'Freed by GC after that';
}

/** What is shared with other namespaces stays. */
function freedWords({ freesBytes }: Plan): string {
  if (freesBytes === null) return 'not known until a garbage collection has looked who uses the space';
  return `at least ${formatBytes(freesBytes)}; what other namespaces share stays`;
}

function grantWords({ grants, grantCount }: Plan): string {
  if (grantCount === 0) return 'none';
  if (grants === null) return countOf(grantCount, 'grant');
  const names = grants.map(({ principal, role, path }) => `${principal} (${role} on ${path})`);
  const shown = names.slice(0, SHOWN).join(', ');
  return names.length > SHOWN ? `${shown} and ${names.length - SHOWN} more` : shown;
}

const SHOWN = 5;

/** One that is always there keeps its settings and runs by hand alone. */
function jobWords({ jobs }: Plan): string {
  if (jobs.length === 0) return 'none';
  return jobs.map(({ name, noun }) => (name === '' ? `${noun} (its schedule)` : noun)).join(', ');
}

/** Why it cannot be as it is now; null when it can. */
export function whyNotRemovable(plan: Plan, includeProtected: boolean): string | null {
  const { running, protectedCount } = plan;
  if (running[0]) return `A backup into it runs now: ${running[0]}. Wait for it, or cancel it.`;
  if (protectedCount > 0 && !includeProtected)
    return `It holds ${countOf(protectedCount, 'protected snapshot')}. Lift the protection first, or agree below.`;
  return null;
}
