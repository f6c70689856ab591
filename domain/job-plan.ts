import { isInWindow, parseDailyWindow, windowEnd } from './calendar/daily-window.ts';
import { nextEvent, nextEvents } from './calendar/next-event.ts';
import { parseCalendarEvent } from './calendar/parse-event.ts';
import { allowsWriting, type DatastoreStatus, statusSentence } from './datastore.ts';
import {
  compareJobs,
  DEFAULT_JOB,
  isSameJob,
  JOB_KINDS,
  type JobId,
  type JobKind,
  type JobSettings,
  jobEntry,
  jobNoun,
  lacksRule,
} from './job.ts';
import { must } from './result.ts';
import { wallText } from './schedule.ts';
import { sentence } from './sentence.ts';
import { formatDuration } from './units.ts';

/**
 * Which jobs of one datastore are to be started now. All times are ms since 1970.
 *
 * *Invariant*: due times up to `countedFrom` are dealt with, and whoever starts a job moves it to now in the same
 * transaction. So no due time starts two tasks, and however many were missed start one.
 */

export interface Job extends JobSettings {
  /** What was due until then is dealt with: started, skipped, or from before the schedule was set. */
  countedFrom: number;
  /** When its last run stopped at the end of its window and left something to do; null when nothing is left. */
  leftAt: number | null;
  /** Why it was not started the last time that it was due, and since when that holds. */
  notice: { words: string; at: number } | null;
}

/** What is asked of a datastore besides its jobs. */
export interface TickFacts {
  name: string;
  status: DatastoreStatus;
  reason: string;
  /** Kinds of which a task is queued or running, whoever started it. */
  active: readonly JobKind[];
  /** The jobs whose own last run is among them; what else is active was started by hand. */
  running: readonly JobId[];
  /** Kinds of which all that is active looks at a single namespace, and is no last run of a job. */
  parts?: readonly JobKind[] | undefined;
  now: number;
  /** Of the server. */
  zone: string;
}

/**
 * `wait`: for something that passes by itself. `hold`: the storage cannot take it now; started once, late, when it can.
 * `skip`: this due time is let go. `recount`: the clock has been far ahead and is right now.
 */
export type Decision = JobId &
  /** `since`: from when it could have been started; the window may have begun long after it was due. */
  (
    | { act: 'start'; dueAt: number; since: number }
    | { act: 'wait' | 'hold' | 'skip'; dueAt: number; words: string }
    | { act: 'recount' }
  );

/** Clocks that are set back by less only make what was already started wait for its next time. */
const AHEAD_MAX = 24 * 3600_000;

const MINUTE = 60_000;

/** What was due for longer without a start counts as overdue. */
export const OVERDUE_MS = 3600_000;

/** A start that comes later than this says so. */
const LATE_MS = 120_000;

/** The first due time that is not dealt with and has passed; null for none. */
export function dueSince(job: Job, now: number, zone: string): number | null {
  const next = nextDue(job, job.countedFrom, zone);
  return next !== null && next <= now ? next : null;
}

/** Null for by hand only, for a prune that removes nothing, and for a schedule without a next time. */
function nextDue(job: JobSettings, after: number, zone: string): number | null {
  if (job.schedule === null || lacksRule(job)) return null;
  return nextEvent(must(parseCalendarEvent(job.schedule)), after, zone);
}

/** In the order in which they run; of those that may start only the first does, and the others wait for it. */
export function planTick(jobs: readonly Job[], facts: TickFacts): Decision[] {
  const active = { kinds: new Set(facts.active), jobs: [...facts.running], parts: new Set(facts.parts) };
  return jobs.toSorted(compareJobs).flatMap((job) => {
    const decision = decide(job, facts, active);
    if (decision?.act === 'start') {
      active.kinds.add(job.kind);
      active.jobs.push(job);
    }
    return decision ? [decision] : [];
  });
}

interface Active {
  kinds: ReadonlySet<JobKind>;
  jobs: readonly JobId[];
  parts: ReadonlySet<JobKind>;
}

function decide(job: Job, facts: TickFacts, active: Active): Decision | null {
  const { kind, name } = job;
  const { now, zone, status, reason } = facts;
  if (job.countedFrom - now > AHEAD_MAX) return { kind, name, act: 'recount' };
  const left = leftSince(job, now);
  const dueAt = earlier(dueSince(job, now, zone), left);
  if (dueAt === null) return null;
  const otherwise = (act: 'wait' | 'hold' | 'skip', words: string): Decision => ({
    ...{ kind, name, act, dueAt, words },
  });
  if (!allowsWriting(status)) return otherwise('hold', statusSentence(facts.name, { status, reason }));
  if (active.kinds.has(kind)) {
    const turn = turnOf(job, active);
    // What one by hand is doing need not be what is left.
    if (turn !== null || left !== null)
      return otherwise('wait', `It waits until the ${turn ?? jobEntry(kind).noun} that runs has ended.`);
    return otherwise('skip', `A ${jobEntry(kind).noun} was on its way already.`);
  }
  const before = JOB_KINDS.slice(0, JOB_KINDS.indexOf(kind)).find((other) => active.kinds.has(other));
  if (before) return otherwise('wait', `It waits until the ${nounOf(before, active)} has ended.`);
  if (!mayStart(job, now, zone)) return otherwise('wait', waitWords(job, left));
  return { kind, name, act: 'start', dueAt, since: Math.max(dueAt, openSince(job, now, zone)) };
}

/**
 * Of its kind one runs: the noun of what the job comes behind, or null when it need not come any more. That is so for its own
 * run, which is doing it, and of the default job also for one by hand, unless that looks at one namespace alone.
 */
function turnOf(job: JobId, { jobs, parts }: Active): string | null {
  const alike = jobs.filter(({ kind }) => kind === job.kind);
  if (alike.some((one) => isSameJob(one, job))) return null;
  const [other] = alike;
  if (other) return jobNoun(other);
  return job.name === DEFAULT_JOB && !parts.has(job.kind) ? null : jobEntry(job.kind).noun;
}

/** Of what is active of a kind; several are told by the first one. */
function nounOf(kind: JobKind, { jobs }: Active): string {
  return jobNoun(jobs.find((one) => one.kind === kind) ?? { kind, name: DEFAULT_JOB });
}

/** Since when there is something left to do for a job that runs by itself. Clocks that were set back do not put it off. */
function leftSince({ schedule, leftAt }: Job, now: number): number | null {
  return schedule === null || leftAt === null ? null : Math.min(leftAt, now);
}

function earlier(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

function waitWords({ window }: JobSettings, left: number | null): string {
  return left === null
    ? `It may start only ${window}.`
    : `The last run stopped at the end of its window; it goes on within ${window}.`;
}

/** Those that can end at any time and go on later. */
const PAUSED: readonly JobKind[] = ['gc', 'verify'];

/** When a run that starts now has to end: at the end of its window (ms since 1970). Null for one that may go on. */
export function runEnd({ kind, window }: JobSettings, now: number, zone: string): number | null {
  if (window === null || !PAUSED.includes(kind)) return null;
  return windowEnd(must(parseDailyWindow(window)), now, zone);
}

function mayStart({ window }: JobSettings, now: number, zone: string): boolean {
  return window === null || isInWindow(must(parseDailyWindow(window)), now, zone);
}

/** Since when the window is open, looked at no further back than it matters: what is due then is overdue by now. */
function openSince(job: JobSettings, now: number, zone: string): number {
  let since = now;
  while (now - since <= OVERDUE_MS && mayStart(job, since - MINUTE, zone)) since -= MINUTE;
  return since;
}

/** Due for long, and nobody started it although it is not waiting for its turn or its window. */
export function isOverdue(decision: Decision | undefined, now: number): boolean {
  switch (decision?.act) {
    case 'start':
      return now - decision.since > OVERDUE_MS;
    case 'hold':
      return now - decision.dueAt > OVERDUE_MS;
    default:
      return false;
  }
}

const COUNTED_MAX = 100;

/** For the log of a task that starts late: what was missed, and why, or what it goes on with; null for one in time. */
export function lateWords(
  job: Job,
  dueAt: number,
  { now, zone }: Pick<TickFacts, 'now' | 'zone'>,
): string | null {
  const { leftAt } = job;
  if (leftAt !== null && dueAt === Math.min(leftAt, now))
    return 'The last run stopped at the end of its window; this one goes on with what it left.';
  const late = now - dueAt;
  if (late < LATE_MS || job.schedule === null) return null;
  const event = must(parseCalendarEvent(job.schedule));
  const place = event.zone ?? zone;
  const times = nextEvents(event, dueAt, zone, COUNTED_MAX).filter((at) => at <= now).length + 1;
  const missed =
    times === 1 ? '' : `, and ${times > COUNTED_MAX ? 'very often' : `${times - 1} more times`} since`;
  const due = `It was due at ${wallText(dueAt, place)} (${place})${missed}; it starts ${formatDuration(late)} late.`;
  const { notice } = job;
  const why =
    notice !== null && notice.at >= dueAt ? notice.words : 'No storage worker was there to start it.';
  return `${due} ${sentence(why)}`;
}

/** A year: within it every usual combination of days and times comes up. */
const CLASH_MS = 366 * 24 * 3600_000;
const CLASH_STEPS = 1500;
/** For all pairs together: with many jobs each pair is looked at less far ahead. */
const CLASH_STEPS_ALL = 24_000;

export interface Clash {
  /** In the order in which they run. */
  jobs: [JobId, JobId];
  /** The first time at which both are due in the same minute. */
  at: number;
  words: string;
}

/** Jobs of one datastore that are due in the same minute within a year. Nothing is wrong with it: one waits. */
export function findClashes(jobs: readonly JobSettings[], now: number, zone: string): Clash[] {
  const running = jobs.filter(runs).toSorted(compareJobs);
  const pairs = (running.length * (running.length - 1)) / 2;
  const steps = Math.min(CLASH_STEPS, Math.floor(CLASH_STEPS_ALL / Math.max(1, pairs)));
  return running.flatMap((first, at) =>
    running.slice(at + 1).flatMap((second) => {
      const moment = firstCommonMinute(first, second, { now, zone, steps });
      if (moment === null) return [];
      const words = `The ${jobNoun(first)} starts at the same minute (${wallText(moment, zone)}): the ${jobNoun(second)} waits until it has ended.`;
      const both: [JobId, JobId] = [idOf(first), idOf(second)];
      return [{ jobs: both, at: moment, words }];
    }),
  );
}

function idOf({ kind, name }: JobId): JobId {
  return { kind, name };
}

function runs(job: JobSettings): boolean {
  return job.schedule !== null && !lacksRule(job);
}

/** Goes through both side by side: whichever is behind takes its next time from the minute of the other. */
function firstCommonMinute(
  a: JobSettings,
  b: JobSettings,
  { now, zone, steps }: { now: number; zone: string; steps: number },
): number | null {
  let [first, second] = [nextDue(a, now, zone), nextDue(b, now, zone)];
  for (let step = 0; step < steps; step += 1) {
    if (first === null || second === null || Math.max(first, second) > now + CLASH_MS) return null;
    const [minute, other] = [minuteOf(first), minuteOf(second)];
    if (minute === other) return minute;
    if (minute < other) first = nextDue(a, other - 1, zone);
    else second = nextDue(b, minute - 1, zone);
  }
  return null;
}

function minuteOf(moment: number): number {
  return Math.floor(moment / MINUTE) * MINUTE;
}
