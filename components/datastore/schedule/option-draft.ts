import { StopPercent } from '#domain/job-fields.ts';
import type { KeepOptions } from '#domain/retention.ts';
import { countOf, formatDuration } from '#domain/units.ts';
import type { JobChange } from '../../commands/job-commands.ts';
import type { JobView } from '../../trpc/views.ts';
import { GRACE_CHOICES } from '../gc/prepare-gc.ts';
import { isSamePolicy } from '../prune/policy-address.ts';
import { wholeChange } from '../prune/use-save-policy.tsx';
import { AGAIN_CHOICES, budgetBytes } from '../verify/prepare-verify.ts';

/** What a run by schedule does, as it is being chosen. */

export interface OptionDraft {
  graceMinutes: number;
  /** Digits as typed; empty for no limit. */
  stopPercent: string;
  againDays: number | null;
  /** GiB, digits as typed; empty for no limit. */
  budget: string;
  namespace: string;
  /** Levels below it; null for all. */
  depth: number | null;
  keep: KeepOptions;
}

type Job = Pick<JobView, 'kind' | 'options'>;

const GIB = 1024 ** 3;

export function optionDraftOf({ options }: Job): OptionDraft {
  const { graceMinutes = 0, stopPercent, outdatedAfterDays = null, budgetBytes: budget } = options;
  const { namespace = '', depth = null, keep = {} } = options;
  return {
    ...{ namespace, depth, keep },
    ...{ graceMinutes, againDays: outdatedAfterDays },
    stopPercent: stopPercent == null ? '' : String(stopPercent),
    budget: budget == null ? '' : String(Math.ceil(budget / GIB)),
  };
}

/** What is chosen otherwise than it is set; a budget that is no whole number of GiB stays unless another one is typed. */
export function changedOptions(job: Job, draft: OptionDraft): JobChange {
  const before = optionDraftOf(job);
  const hasPlace = job.kind === 'prune' || job.kind === 'verify';
  const is = (kind: JobView['kind'], field: keyof OptionDraft) =>
    job.kind === kind && before[field] !== draft[field];
  return {
    ...(is('gc', 'graceMinutes') && { graceMinutes: draft.graceMinutes }),
    ...(is('gc', 'stopPercent') && { stopPercent: stopPercentOf(draft.stopPercent) }),
    ...(is('verify', 'againDays') && { outdatedAfterDays: draft.againDays }),
    ...(is('verify', 'budget') && { budgetBytes: budgetBytes(draft.budget) }),
    ...(job.kind === 'prune' && !isSamePolicy(before.keep, draft.keep) && { keep: wholeChange(draft.keep) }),
    ...(hasPlace && before.namespace !== draft.namespace && { namespace: draft.namespace }),
    ...(hasPlace && before.depth !== draft.depth && { depth: draft.depth }),
  };
}

/** Null for no limit. */
export function stopPercentOf(digits: string): number | null {
  return digits === '' ? null : Number(digits);
}

/** What is wrong with it, in a sentence; null when it can be taken. */
export function stopProblem(digits: string): string | null {
  const parsed = StopPercent.safeParse(stopPercentOf(digits));
  return parsed.success ? null : (parsed.error.issues[0]?.message ?? null);
}

interface Choice {
  value: string;
  label: string;
}

/** Those that one may choose, and the one that was set from the command line. */
export function graceChoices(minutes: number): Choice[] {
  const choices = GRACE_CHOICES.map((one) => ({ value: String(one.minutes), label: one.label }));
  return withOwn(choices, { value: String(minutes), label: formatDuration(minutes * 60_000) });
}

export function againChoices(days: number | null): Choice[] {
  const choices = AGAIN_CHOICES.map((one) => ({ value: String(one.days), label: one.label }));
  return withOwn(choices, { value: String(days), label: `After ${days} days` });
}

const DEPTHS = [0, 1, 2, 3];

export function depthChoices(depth: number | null): Choice[] {
  const levels = DEPTHS.map((one) => ({ value: String(one), label: depthWords(one) }));
  const choices = [{ value: 'null', label: 'All levels' }, ...levels];
  return withOwn(choices, { value: String(depth), label: depth === null ? '' : depthWords(depth) });
}

function depthWords(depth: number): string {
  return depth === 0 ? 'Nothing, only itself' : countOf(depth, 'level');
}

function withOwn(choices: Choice[], own: Choice): Choice[] {
  return choices.some(({ value }) => value === own.value) ? choices : [own, ...choices];
}
