import { accessWords, jobChangeWords } from '#domain/move-words.ts';
import { TASK_KINDS } from '#domain/task.ts';
import { countOf } from '#domain/units.ts';
import type { GroupMovePlan, NamespaceMovePlan } from '../trpc/views.ts';

/** What a move would do and what stands in its way, in words. */

interface Fact {
  label: string;
  value: string;
}

const SHOWN = 5;

export function groupMoveFacts({ snapshotCount, trashedCount, access, jobs }: GroupMovePlan): Fact[] {
  const changes = jobChangeWords(jobs);
  return [
    { label: 'Moves', value: `${countOf(snapshotCount, 'snapshot')}, with owner, notes and protection` },
    ...trashFact(trashedCount),
    ...accessFact(access),
    { label: 'Jobs', value: changes.length > 0 ? changes.join('. ') : 'The same look after it' },
  ];
}

export function namespaceMoveFacts(plan: NamespaceMovePlan): Fact[] {
  const { groupCount, snapshotCount, namespaces, grants, access, jobs } = plan;
  const below = namespaces.length - 1;
  const content = `${countOf(snapshotCount, 'snapshot')} in ${countOf(groupCount, 'group')}`;
  return [
    { label: 'Moves', value: below > 0 ? `${content}, ${countOf(below, 'namespace')} below it` : content },
    ...trashFact(plan.trashedCount),
    ...(grants === null ? [] : [{ label: 'Permissions that go along', value: grantWords(grants) }]),
    ...accessFact(access),
    { label: 'Jobs that go along', value: jobs.map(({ noun }) => noun).join(', ') || 'none' },
  ];
}

function trashFact(count: number): Fact[] {
  return count > 0 ? [{ label: 'From the trash', value: `${countOf(count, 'snapshot')} go along` }] : [];
}

function accessFact(access: GroupMovePlan['access']): Fact[] {
  if (access === null) return [];
  if (access.length === 0) return [{ label: 'Who may what', value: 'stays as it is' }];
  return [{ label: 'Who may what', value: firstOf(access.map(accessWords)) }];
}

function grantWords(grants: NonNullable<NamespaceMovePlan['grants']>): string {
  return firstOf(grants.map(({ principal, role }) => `${role} of ${principal}`)) || 'none';
}

function firstOf(words: readonly string[]): string {
  const shown = words.slice(0, SHOWN).join('. ');
  return words.length > SHOWN ? `${shown}, and ${words.length - SHOWN} more` : shown;
}

/** Why the group cannot be moved as it is now; null when it can. */
export function whyNotMovable(plan: GroupMovePlan, merge: boolean): string | null {
  const [busy] = plan.running;
  if (busy) return `${TASK_KINDS[busy.kind].title} runs on it. Wait for it, or cancel it.`;
  const problem = merge ? plan.mergeRefusal : plan.refusal;
  return problem && [problem.message, problem.hint].filter(Boolean).join(' ');
}

/** The same of a namespace. */
export function whyNotMovableNamespace({ refusal, running }: NamespaceMovePlan): string | null {
  if (running[0]) return `A backup into it runs now: ${running[0]}. Wait for it, or cancel it.`;
  return refusal && [refusal.message, refusal.hint].filter(Boolean).join(' ');
}
