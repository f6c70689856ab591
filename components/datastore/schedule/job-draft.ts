import { JOBS, JobNameInput, type NamedKind, wholeOptions } from '#domain/job.ts';
import { scopeWords } from '#domain/scope.ts';
import { formatBytes } from '#domain/units.ts';
import { verifyAgainWords } from '#domain/verify.ts';
import type { JobView } from '../../trpc/views.ts';
import { policyWords } from '../prune/plan-words.ts';

/** A job with a name, as it is told and as it is being made. */

export type EditedJob = Pick<JobView, 'kind' | 'name' | 'schedule' | 'window' | 'options'>;

/** What a new one begins with, as on the server. */
export function newJobOf(kind: NamedKind): EditedJob {
  const { schedule } = JOBS[kind];
  return { kind, name: '', schedule, window: null, options: wholeOptions(kind, {}) };
}

/** What is wrong with its name, in a sentence; null when it can be taken. */
export function jobNameProblem(name: string): string | null {
  const parsed = JobNameInput.safeParse(name);
  return parsed.success ? null : (parsed.error.issues[0]?.message ?? null);
}

export function listTitle(kind: NamedKind): string {
  return kind === 'prune' ? 'Further policies' : 'Further verifications';
}

export function addWords(kind: JobView['kind']): string {
  return kind === 'prune' ? 'Add policy' : 'Add verification';
}

/** `Production and below: keeps 7 daily`; of a verification what it reads again, and how much at most. */
export function doesWords({ kind, options }: Pick<JobView, 'kind' | 'options'>): string {
  const where = scopeWords(options);
  const { keep = {}, outdatedAfterDays = null, budgetBytes = null } = options;
  if (kind === 'prune') return `${where}: keeps ${policyWords(keep) || 'all'}`;
  const most = budgetBytes === null ? '' : `, at most about ${formatBytes(budgetBytes)} a run`;
  return `${where}: ${verifyAgainWords(outdatedAfterDays)}${most}`;
}
