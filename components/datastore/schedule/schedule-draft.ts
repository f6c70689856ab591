import { parseCalendarEvent } from '#domain/calendar/parse-event.ts';
import { isSameJob, type JobId, type JobSettings } from '#domain/job.ts';
import { findClashes } from '#domain/job-plan.ts';
import { must } from '#domain/result.ts';
import { BY_HAND, explainEvent, parseSchedule, parseWindow, type ScheduleMeaning } from '#domain/schedule.ts';
import type { JobView } from '../../trpc/views.ts';

/** A schedule as it is being chosen. */

export interface ScheduleDraft {
  /** As typed; empty for by hand only. */
  schedule: string;
  /** As typed; empty for at any time. */
  window: string;
}

export interface Preset {
  value: string;
  label: string;
  /** What it writes into the field; null leaves the field as it is. */
  schedule: string | null;
}

export const PRESETS: readonly Preset[] = [
  { value: 'manual', label: 'Manual only', schedule: '' },
  { value: 'hourly', label: 'Hourly', schedule: 'hourly' },
  { value: 'daily', label: 'Daily', schedule: 'daily' },
  { value: 'weekly', label: 'Weekly', schedule: 'weekly' },
  { value: 'monthly', label: 'Monthly', schedule: 'monthly' },
  { value: 'custom', label: 'Custom', schedule: null },
];

export function draftOf({ schedule, window }: Pick<JobView, 'schedule' | 'window'>): ScheduleDraft {
  return { schedule: schedule ?? '', window: window ?? '' };
}

/** The preset that writes what stands in the field; `custom` for anything else. */
export function presetOf(schedule: string): string {
  const spelling = spellingOf(schedule);
  const same = PRESETS.find((one) => one.schedule !== null && spellingOf(one.schedule) === spelling);
  return spelling === undefined ? 'custom' : (same?.value ?? 'custom');
}

/** Undefined for what cannot be read. */
function spellingOf(schedule: string): string | null | undefined {
  const parsed = parseSchedule(schedule);
  return parsed.ok ? parsed.value : undefined;
}

/** What is wrong with a field, in a sentence; null when it can be read. */
export function scheduleProblem(text: string): string | null {
  return problemOf(parseSchedule(text));
}

export function windowProblem(text: string): string | null {
  return problemOf(parseWindow(text));
}

type Parsed = ReturnType<typeof parseSchedule>;

function problemOf(parsed: Parsed): string | null {
  if (parsed.ok) return null;
  const { message, hint } = parsed.problem;
  return hint ? `${message} ${hint}` : message;
}

const RUNS = 5;

/** What the text means and when it is next due; null when it cannot be read. */
export function meaningOf(text: string, after: number, zone: string): ScheduleMeaning | null {
  const parsed = parseSchedule(text);
  if (!parsed.ok) return null;
  const event = parsed.value === null ? null : must(parseCalendarEvent(parsed.value));
  return explainEvent(event, { after, zone, count: RUNS });
}

interface ClashQuestion {
  jobs: readonly JobView[];
  /** The one that is being chosen; it may be a new one. */
  job: JobId & Pick<JobView, 'options'>;
  draft: ScheduleDraft;
  /** Ms since 1970. */
  now: number;
  /** Of the server. */
  zone: string;
}

/** With which other job of the datastore the draft would start in the same minute. */
export function clashesOf({ jobs, job, draft, now, zone }: ClashQuestion): string[] {
  const parsed = parseSchedule(draft.schedule);
  if (!parsed.ok) return [];
  const { kind, name, options } = job;
  const others: JobSettings[] = jobs.filter((one) => !isSameJob(one, job));
  const drafted = { kind, name, schedule: parsed.value, window: null, options };
  return findClashes([...others, drafted], now, zone)
    .filter((clash) => clash.jobs.some((one) => isSameJob(one, job)))
    .map(({ words }) => words);
}

/** What the command line and the API are given. */
export function wordOf(text: string): string {
  return text.trim() === '' ? BY_HAND : text.trim();
}
