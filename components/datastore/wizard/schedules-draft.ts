import { z } from 'zod';
import {
  DEFAULT_JOB,
  JOB_KINDS,
  JOBS,
  type JobKind,
  type JobSettings,
  lacksRule,
  wholeOptions,
} from '#domain/job.ts';
import { findClashes } from '#domain/job-plan.ts';
import { KEEP_RULES, KeepOptions, type KeepRule, rulesOf } from '#domain/retention.ts';
import { parseSchedule } from '#domain/schedule.ts';
import { formatCount } from '#domain/units.ts';
import { meaningOf, type ScheduleDraft, scheduleProblem, windowProblem } from '../schedule/schedule-draft.ts';

/** What a new datastore is to do by itself, as it is being chosen. */

const text = (first: string) => z.string().max(128).catch(first);

/** Fields of the wizard's draft, each as typed. */
export const SCHEDULES_DRAFT = {
  gcSchedule: text(JOBS.gc.schedule),
  gcWindow: text(''),
  verifySchedule: text(JOBS.verify.schedule),
  drillSchedule: text(''),
  pruneSchedule: text(JOBS.prune.schedule),
  keep: KeepOptions.transform((keep): KeepOptions => keep).catch({}),
};
export type SchedulesDraft = z.infer<z.ZodObject<typeof SCHEDULES_DRAFT>>;

export function scheduleOf(draft: SchedulesDraft, kind: JobKind): ScheduleDraft {
  const { gcSchedule, gcWindow, verifySchedule, drillSchedule, pruneSchedule } = draft;
  const schedules: Record<JobKind, string> = {
    ...{ gc: gcSchedule, verify: verifySchedule, drill: drillSchedule, prune: pruneSchedule },
  };
  return { schedule: schedules[kind], window: kind === 'gc' ? gcWindow : '' };
}

export function scheduleChange(kind: JobKind, { schedule, window }: ScheduleDraft): Partial<SchedulesDraft> {
  switch (kind) {
    case 'gc':
      return { gcSchedule: schedule, gcWindow: window };
    case 'verify':
      return { verifySchedule: schedule };
    case 'drill':
      return { drillSchedule: schedule };
    case 'prune':
      return { pruneSchedule: schedule };
  }
}

/** The names of the fields that cannot be read, in the order in which they stand on the page. */
export function scheduleErrors(draft: SchedulesDraft): string[] {
  return SHOWN_KINDS.flatMap((kind) => {
    const { schedule, window } = scheduleOf(draft, kind);
    return [
      ...(scheduleProblem(schedule) === null ? [] : [kind]),
      ...(windowProblem(window) === null ? [] : [`${kind}-window`]),
    ];
  });
}

export const JOB_TITLES: Record<JobKind, string> = {
  gc: 'Garbage collection',
  verify: 'Verification',
  drill: 'Restore drill',
  prune: 'Prune',
};

/** As the page has them. */
export const SHOWN_KINDS = ['gc', 'verify', 'drill', 'prune'] as const satisfies readonly JobKind[];

/** What the API takes; by hand only is null. */
export function scheduleInput({ gcWindow, keep, ...draft }: SchedulesDraft) {
  return {
    gcSchedule: wish(draft.gcSchedule),
    ...(gcWindow.trim() === '' ? {} : { gcWindow: gcWindow.trim() }),
    verifySchedule: wish(draft.verifySchedule),
    ...(wish(draft.drillSchedule) === null ? {} : { drillSchedule: wish(draft.drillSchedule) }),
    pruneSchedule: wish(draft.pruneSchedule),
    ...(rulesOf(keep).length === 0 ? {} : { keep: definedRules(keep) }),
  };
}

function wish(schedule: string): string | null {
  const parsed = parseSchedule(schedule);
  return parsed.ok ? parsed.value : schedule.trim();
}

function definedRules(keep: KeepOptions): Partial<Record<KeepRule, number>> {
  return Object.fromEntries(rulesOf(keep).map(({ rule, count }) => [rule, count]));
}

/** As the server will have them; those that cannot be read yet are by hand. */
function settingsOf(draft: SchedulesDraft): JobSettings[] {
  return JOB_KINDS.map((kind) => {
    const parsed = parseSchedule(scheduleOf(draft, kind).schedule);
    const options = wholeOptions(kind, kind === 'prune' ? { keep: draft.keep } : {});
    return { kind, name: DEFAULT_JOB, schedule: parsed.ok ? parsed.value : null, window: null, options };
  });
}

interface Moment {
  /** Ms since 1970. */
  now: number;
  /** Of the server. */
  zone: string;
}

/** Null for what cannot be read; a prune that keeps everything has no next runs. */
export function meaningIn(draft: SchedulesDraft, kind: JobKind, { now, zone }: Moment) {
  const meaning = meaningOf(scheduleOf(draft, kind).schedule, now, zone);
  const isIdle = kind === 'prune' && rulesOf(draft.keep).length === 0;
  return meaning && isIdle ? { ...meaning, next: [] } : meaning;
}

/** Each clash once, at the job that waits. */
export function clashWords(draft: SchedulesDraft, kind: JobKind, { now, zone }: Moment): string[] {
  return findClashes(settingsOf(draft), now, zone)
    .filter(({ jobs }) => jobs[1].kind === kind)
    .map(({ words }) => words);
}

/** What is odd about a schedule, given the others; null where nothing is. */
export function oddWords(draft: SchedulesDraft, kind: JobKind): string | null {
  const isByHand = wish(scheduleOf(draft, kind).schedule) === null;
  const prunes = !settingsOf(draft).some(lacksRule);
  switch (kind) {
    case 'gc':
      return isByHand ? 'No space comes back until somebody runs a garbage collection.' : null;
    case 'verify':
      return isByHand ? 'Damage is found when something is restored, or by a run by hand.' : null;
    case 'drill':
      return null;
    case 'prune':
      if (!prunes) return 'Without a keep rule nothing is pruned, and nothing started.';
      return isByHand ? 'The keep rules below apply when somebody runs a prune.' : null;
  }
}

/** `Every day at 00:00`, and whether it does anything. */
export function scheduleWords(draft: SchedulesDraft, kind: JobKind): string {
  const { schedule, window } = scheduleOf(draft, kind);
  const words = meaningOf(schedule, 0, 'UTC')?.words ?? 'Cannot be read yet';
  if (kind === 'prune' && rulesOf(draft.keep).length === 0) return `${words}; keeps everything`;
  return window.trim() === '' ? words : `${words}, only ${window.trim()}`;
}

/** One for each job, for lists of what was chosen. */
export function scheduleFacts(draft: SchedulesDraft): { label: string; value: string }[] {
  return SHOWN_KINDS.map((kind) => ({ label: JOB_TITLES[kind], value: scheduleWords(draft, kind) }));
}

/** `Keeps up to 23 snapshots of each group, and what is protected.` The rules add up. */
export function keepsUpTo(keep: KeepOptions): string {
  const most = KEEP_RULES.reduce((sum, rule) => sum + (keep[rule] ?? 0), 0);
  const snapshots = most === 1 ? '1 snapshot' : `${formatCount(most)} snapshots`;
  return `Keeps up to ${snapshots} of each group, and what is protected.`;
}
