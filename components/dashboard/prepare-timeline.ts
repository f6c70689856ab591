import { wallTime } from '#domain/calendar/zone.ts';
import { allowsWriting } from '#domain/datastore.ts';
import { DEFAULT_JOB, JOB_KINDS, type JobId, type JobKind, jobEntry, jobNoun } from '#domain/job.ts';
import { sentence } from '#domain/sentence.ts';
import { formatDuration } from '#domain/units.ts';
import { dayAndTime, dayOrDate, UPCOMING_MS, waitsFor } from '#domain/upcoming.ts';
import type { DatastoreView, JobSummary } from '../trpc/views.ts';

export type TimelineDatastore = Pick<DatastoreView, 'name' | 'status' | 'jobs'>;

/** One start, planned or due. */
export interface TimelineRun {
  id: string;
  name: string;
  kind: JobKind;
  /** Which one of its kind; empty for the default one. */
  job: string;
  /** ms since 1970; in the past for what is due. */
  at: number;
  /** `due`: it waits; `overdue`: nobody has started it. */
  state: 'planned' | 'due' | 'overdue';
  usualMs: number | null;
  /** What is in its way or odd about it, in sentences; may be empty. */
  note: string;
  /** Everything about it in words. */
  words: string;
  /** Where it stands in the 24 hours and how much of them it usually takes, 0 to 1. */
  left: number;
  width: number;
}

export interface TimelineLane {
  id: string;
  kind: JobKind;
  runs: TimelineRun[];
  /** `Every 30 minutes`, with more runs than are drawn. */
  more: boolean;
}

export interface TimelineRow {
  name: string;
  lanes: TimelineLane[];
}

export interface Timeline {
  rows: TimelineRow[];
  /** What starts nothing within 24 h, and when it does next; null for never. */
  quiet: { name: string; next: (JobId & { at: number }) | null }[];
  /** What never starts by itself, by kind. */
  unplanned: { kind: JobKind; reason: 'no keep rule' | 'manual only'; names: string[] }[];
}

/** The next 24 hours from `from` on (ms since 1970), as clocks of the server's zone show them. Overdue ones first. */
export function prepareTimeline(
  datastores: readonly TimelineDatastore[],
  from: number,
  zone: string,
): Timeline {
  const all = datastores.map((datastore) => ({
    name: datastore.name,
    lanes: datastore.jobs.flatMap((job, index) =>
      laneOf(datastore, job, { id: `${datastore.name} ${job.kind} ${index}`, from, zone }),
    ),
  }));
  const rows = all.filter(({ lanes }) => lanes.length > 0);
  const busy = new Set(rows.map(({ name }) => name));
  return {
    rows: rows.toSorted((a, b) => severity(b) - severity(a) || firstOf(a) - firstOf(b)),
    quiet: datastores
      .filter(({ name }) => !busy.has(name))
      .map(({ name, jobs }) => ({ name, next: nextOf(jobs) })),
    unplanned: unplannedOf(datastores),
  };
}

/** The same as a list, by time; what runs very often is one line. */
export function timelineRuns({ rows }: Timeline): (TimelineRun & { times: number })[] {
  const lines = rows.flatMap(({ lanes }) =>
    lanes.flatMap(({ runs }) => {
      const [due, planned] = [
        runs.filter((run) => run.state !== 'planned'),
        runs.filter((run) => run.state === 'planned'),
      ];
      const [first] = planned;
      const once = [...due, ...(planned.length > OFTEN ? [] : planned)].map((run) => ({ ...run, times: 1 }));
      return first && planned.length > OFTEN ? [...once, { ...first, times: planned.length }] : once;
    }),
  );
  return lines.sort((a, b) => a.at - b.at || a.name.localeCompare(b.name));
}

/** More runs of a job than this are drawn small, and told in one line. */
export const OFTEN = 8;

interface Placing {
  /** Of the lane; those of its runs begin with it. */
  id: string;
  from: number;
  zone: string;
}

function laneOf(datastore: TimelineDatastore, job: JobSummary, placing: Placing): TimelineLane[] {
  const { id, from } = placing;
  const planned = job.upcoming
    .map((at) => at.getTime())
    .filter((at) => at >= from && at <= from + UPCOMING_MS)
    .map((at) => runOf(datastore, job, { ...placing, at }));
  const runs = [...dueRun(datastore, job, placing), ...planned];
  return runs.length === 0 ? [] : [{ id, kind: job.kind, runs, more: job.upcomingMore }];
}

/** In the same minute only the first in the order of kinds starts at once. */
function waitWords({ jobs }: TimelineDatastore, job: JobSummary, at: number): string {
  const first = waitsFor(jobs, job, at);
  return first === null ? '' : `Waits until the ${jobNoun(first)} of the same minute has ended.`;
}

function runOf(datastore: TimelineDatastore, job: JobSummary, placed: Placing & { at: number }): TimelineRun {
  const { id, at, from, zone } = placed;
  const { name, status } = datastore;
  const { kind, usualMs, window } = job;
  const left = (at - from) / UPCOMING_MS;
  const held = allowsWriting(status) ? '' : `${name} is ${status}: it starts when that has passed.`;
  const only = window === null ? '' : `Starts only ${window}.`;
  const note = [held, waitWords(datastore, job, at), only].filter(Boolean).join(' ');
  const usual = usualMs === null ? '' : `, usually ${formatDuration(usualMs)}`;
  return {
    ...{ id: `${id} ${at}`, name, kind, job: job.name, at, state: 'planned', usualMs, note, left },
    width: Math.min(1 - left, (usualMs ?? 0) / UPCOMING_MS),
    words: `${dayAndTime(at, zone)}: ${nounOn(job, name)}${usual}. ${note}`.trim(),
  };
}

function dueRun({ name }: TimelineDatastore, job: JobSummary, { id, from, zone }: Placing): TimelineRun[] {
  const { kind, usualMs, dueSince, overdue, waiting } = job;
  if (dueSince === null) return [];
  const at = dueSince.getTime();
  const note = waiting === null ? '' : sentence(waiting);
  const since = `${overdue ? 'Overdue' : 'Due'} since ${dayOrDate(at, from, zone)}`;
  return [
    {
      ...{ id: `${id} due`, name, kind, job: job.name, at, usualMs, note, left: 0, width: 0 },
      state: overdue ? 'overdue' : 'due',
      words: `${since}: ${nounOn(job, name)}. ${note}`.trim(),
    },
  ];
}

function nounOn(job: JobId, datastore: string): string {
  return `${jobNoun(job)} ${job.name === DEFAULT_JOB ? 'of' : 'on'} ${datastore}`;
}

function severity({ lanes }: TimelineRow): number {
  const states = lanes.flatMap(({ runs }) => runs.map(({ state }) => state));
  return states.includes('overdue') ? 2 : states.includes('due') ? 1 : 0;
}

function firstOf({ lanes }: TimelineRow): number {
  return Math.min(...lanes.flatMap(({ runs }) => runs.map(({ at }) => at)));
}

function nextOf(jobs: readonly JobSummary[]): (JobId & { at: number }) | null {
  const next = jobs.flatMap(({ kind, name, next }) => (next ? [{ kind, name, at: next.getTime() }] : []));
  return next.toSorted((a, b) => a.at - b.at)[0] ?? null;
}

/** Kinds that are by hand only unless somebody says otherwise are not missed. */
function unplannedOf(datastores: readonly TimelineDatastore[]): Timeline['unplanned'] {
  return JOB_KINDS.filter((kind) => jobEntry(kind).schedule !== null).flatMap((kind) =>
    (['no keep rule', 'manual only'] as const).flatMap((reason) => {
      const isMeant = ({ jobs }: TimelineDatastore) => {
        const [first, ...more] = jobs.filter((job) => job.kind === kind);
        if (!first || [first, ...more].some(({ next }) => next !== null)) return false;
        return (first.idle !== null) === (reason === 'no keep rule');
      };
      const names = datastores.filter(isMeant).map(({ name }) => name);
      return names.length === 0 ? [] : [{ kind, reason, names }];
    }),
  );
}

const HOUR = 3_600_000;
const TICK_HOURS = 3;

export interface HourTick {
  left: number;
  /** `06:00`, and the day where it begins. */
  text: string;
  /** Every second one, for where there is little room. */
  major: boolean;
}

/** Every third hour that clocks of the zone show. */
export function hourTicks(from: number, zone: string): HourTick[] {
  const first = Math.ceil(wallTime(zone, from) / HOUR) * HOUR - wallTime(zone, from);
  return Array.from({ length: 24 }, (_, index) => from + first + index * HOUR).flatMap((at) => {
    const hour = new Date(wallTime(zone, at)).getUTCHours();
    if (hour % TICK_HOURS !== 0 || at > from + UPCOMING_MS) return [];
    const text = dayAndTime(at, zone);
    const left = (at - from) / UPCOMING_MS;
    return [{ left, text: hour === 0 ? text.slice(0, 3) : text.slice(4), major: hour % 6 === 0 }];
  });
}
