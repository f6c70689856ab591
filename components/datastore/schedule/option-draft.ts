import { StopPercent } from '#domain/job-fields.ts';
import { formatDuration } from '#domain/units.ts';
import type { JobView } from '../../trpc/views.ts';
import { GRACE_CHOICES } from '../gc/prepare-gc.ts';
import { AGAIN_CHOICES, budgetBytes } from '../verify/prepare-verify.ts';

/** What a run by schedule does, as it is being chosen. */

export interface OptionDraft {
  graceMinutes: number;
  /** Digits as typed; empty for no limit. */
  stopPercent: string;
  againDays: number | null;
  /** GiB, digits as typed; empty for no limit. */
  budget: string;
}

type Job = Pick<JobView, 'kind' | 'options'>;

const GIB = 1024 ** 3;

export function optionDraftOf({ options }: Job): OptionDraft {
  const { graceMinutes = 0, stopPercent, outdatedAfterDays = null, budgetBytes: budget } = options;
  return {
    ...{ graceMinutes, againDays: outdatedAfterDays },
    stopPercent: stopPercent == null ? '' : String(stopPercent),
    budget: budget == null ? '' : String(Math.ceil(budget / GIB)),
  };
}

export interface JobOptionChange {
  graceMinutes?: number;
  stopPercent?: number | null;
  outdatedAfterDays?: number | null;
  budgetBytes?: number | null;
}

/** What is chosen otherwise than it is set; a budget that is no whole number of GiB stays unless another one is typed. */
export function changedOptions(job: Job, draft: OptionDraft): JobOptionChange {
  const before = optionDraftOf(job);
  const is = (kind: JobView['kind'], field: keyof OptionDraft) =>
    job.kind === kind && before[field] !== draft[field];
  return {
    ...(is('gc', 'graceMinutes') && { graceMinutes: draft.graceMinutes }),
    ...(is('gc', 'stopPercent') && { stopPercent: stopPercentOf(draft.stopPercent) }),
    ...(is('verify', 'againDays') && { outdatedAfterDays: draft.againDays }),
    ...(is('verify', 'budget') && { budgetBytes: budgetBytes(draft.budget) }),
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

function withOwn(choices: Choice[], own: Choice): Choice[] {
  return choices.some(({ value }) => value === own.value) ? choices : [own, ...choices];
}
