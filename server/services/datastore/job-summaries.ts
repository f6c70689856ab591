import { and, desc, inArray, isNotNull } from 'drizzle-orm';
import { calendarEventWords } from '#domain/calendar/event-words.ts';
import { parseCalendarEvent } from '#domain/calendar/parse-event.ts';
import { compareJobs, isSameJob, JOB_KINDS, type JobId, jobEntry, lacksRule, NO_RULE } from '#domain/job.ts';
import { type Decision, isOverdue, type Job, planTick } from '#domain/job-plan.ts';
import { must } from '#domain/result.ts';
import { BY_HAND_WORDS } from '#domain/schedule.ts';
import { scopeSubject } from '#domain/scope.ts';
import type { TaskKind, TaskState } from '#domain/task.ts';
import { upcomingRuns } from '#domain/upcoming.ts';
import type { Database } from '#drizzle/client.ts';
import { isAsJob, type JobRow, jobOf } from '#drizzle/jobs.ts';
import { datastoreJob } from '#drizzle/schema/job.ts';
import { task } from '#drizzle/schema/task.ts';
import { readSetting } from '#drizzle/settings.ts';
import type { DatastoreRow } from '../find-datastore.ts';
import { usualDurations, usualKey } from '../task/usual-durations.ts';

/** A job as lists, cards and the timeline show it; `datastore.jobs` tells all about one datastore. */
export interface JobSummary extends JobId {
  /** `Every Sunday at 05:00`, `Manual only`. */
  words: string;
  /** Starts only in this part of the day; null for at any time. */
  window: string | null;
  /** The next run, however far away; null for what does not run by itself. */
  next: Date | null;
  /** Those within 24 h, and whether there are more than are told. */
  upcoming: Date[];
  upcomingMore: boolean;
  /** Since when a run is due that has not been started; null when none is. */
  dueSince: Date | null;
  overdue: boolean;
  /** Why a run that is due has not been started. */
  waiting: string | null;
  /** Why it does not run by itself although it has a schedule. */
  idle: string | null;
  /** The task that runs or waits now, whoever started it; of several jobs of a kind, on what the job is for. */
  activeTaskId: string | null;
  /** How long it usually takes, in ms; null before three runs. */
  usualMs: number | null;
  /** The last run that has ended; of several jobs of a kind, the last that the job itself made. Null before the first. */
  last: LastRun | null;
}

interface LastRun {
  taskId: string;
  state: TaskState;
  /** When it ended. */
  at: Date;
  /** Null also for whoever may not see the task. */
  outcome: string | null;
  /** The task has been removed since, with its log. */
  forgotten: boolean;
}

type Place = Pick<DatastoreRow, 'id' | 'name' | 'status' | 'statusReason'>;

/** The jobs of these datastores that the caller may see, by id of the datastore and in the order in which they run. `now` in ms since 1970. */
export async function summarizeJobs(
  db: Database,
  places: readonly Place[],
  now: number,
  sees: (datastore: string, job: JobRow) => boolean,
): Promise<Map<string, JobSummary[]>> {
  if (places.length === 0) return new Map();
  const ids = places.map(({ id }) => id);
  const [zone, all, active] = await Promise.all([
    readSetting(db, 'timeZone'),
    db.select().from(datastoreJob).where(inArray(datastoreJob.datastoreId, ids)),
    activeTasks(db, ids),
  ]);
  const nameOf = new Map(places.map(({ id, name }) => [id, name]));
  const rows = all.filter((row) => sees(nameOf.get(row.datastoreId) ?? '', row));
  const workOf = (row: JobRow) => ({
    kind: jobEntry(row.kind).task,
    subject: scopeSubject(nameOf.get(row.datastoreId) ?? '', {
      ...{ namespace: row.options.namespace ?? ('' as never), depth: null, group: null },
    }),
  });
  const several = rows.filter((row) => isOneOfSeveral(row, all));
  const [usual, ended, endedOf] = await Promise.all([
    usualDurations(db, rows.map(workOf)),
    lastTasks(db, ids),
    tasksOf(db, several),
  ]);
  const summaryOf = (row: JobRow, decision: Decision | undefined): JobSummary => {
    const isSeveral = several.includes(row);
    const { kind, subject } = workOf(row);
    const isOne = (one: Found) =>
      one.datastoreId === row.datastoreId && one.kind === kind && (!isSeveral || one.subject === subject);
    return {
      ...planOf(jobOf(row), decision, now, zone),
      activeTaskId: active.find(isOne)?.id ?? null,
      usualMs: usual.get(usualKey(workOf(row))) ?? null,
      last: newer(isSeveral ? endedOf.find((one) => one.id === row.lastTaskId) : ended.find(isOne), row),
    };
  };
  return new Map(
    places.map(({ id, name, status, statusReason }) => {
      const own = rows.filter((row) => row.datastoreId === id);
      const busy = JOB_KINDS.filter((kind) =>
        active.some((one) => one.datastoreId === id && one.kind === jobEntry(kind).task),
      );
      const running = own.filter((row) => active.some((one) => one.id === row.lastTaskId));
      const parts = busy.filter((kind) =>
        active.every(
          (one) => one.datastoreId !== id || one.kind !== jobEntry(kind).task || one.subject !== name,
        ),
      );
      const facts = { name, status, reason: statusReason, active: busy, running, parts, now, zone };
      const plan = planTick(own.map(jobOf), facts);
      const summaries = own.map((row) =>
        summaryOf(
          row,
          plan.find((one) => isSameJob(one, row)),
        ),
      );
      return [id, summaries.sort(compareJobs)];
    }),
  );
}

/** For whoever does not see the tasks of the datastore. */
export function withoutOutcomes(jobs: readonly JobSummary[]): JobSummary[] {
  return jobs.map((job) => ({ ...job, last: job.last && { ...job.last, outcome: null } }));
}

function isOneOfSeveral(row: JobRow, rows: readonly JobRow[]): boolean {
  return rows.some(
    (one) => one.datastoreId === row.datastoreId && one.kind === row.kind && one.name !== row.name,
  );
}

function planOf(
  job: Job,
  decision: Decision | undefined,
  now: number,
  zone: string,
): Omit<JobSummary, 'activeTaskId' | 'usualMs' | 'last'> {
  const { kind, name, schedule, window, countedFrom } = job;
  const { next, runs, more } = upcomingRuns(job, Math.max(now, countedFrom), zone);
  const isDue = decision !== undefined && decision.act !== 'recount' && decision.act !== 'skip';
  return {
    ...{ kind, name, window },
    words: schedule === null ? BY_HAND_WORDS : calendarEventWords(must(parseCalendarEvent(schedule))),
    next: next === null ? null : new Date(next),
    upcoming: runs.map((at) => new Date(at)),
    upcomingMore: more,
    dueSince: isDue ? new Date(decision.dueAt) : null,
    overdue: isOverdue(decision, now),
    waiting: isDue && 'words' in decision ? decision.words : null,
    idle: schedule !== null && lacksRule(job) ? NO_RULE : null,
  };
}

interface Found {
  id: string;
  datastoreId: string | null;
  kind: TaskKind;
  subject: string;
}

const TASKS = JOB_KINDS.map((kind) => jobEntry(kind).task);

async function activeTasks(db: Database, ids: string[]): Promise<Found[]> {
  return db
    .select({ id: task.id, datastoreId: task.datastoreId, kind: task.kind, subject: task.subject })
    .from(task)
    .where(
      and(
        inArray(task.datastoreId, ids),
        inArray(task.kind, TASKS),
        inArray(task.state, ['running', 'queued']),
        isAsJob(),
      ),
    )
    .orderBy(desc(task.state));
}

interface Ended extends Found {
  state: TaskState;
  finishedAt: Date | null;
  outcome: string | null;
}

const { id, datastoreId, kind, subject, state, finishedAt, outcome } = task;
const ENDED = { id, datastoreId, kind, subject, state, finishedAt, outcome };

async function lastTasks(db: Database, ids: string[]): Promise<Ended[]> {
  return db
    .selectDistinctOn([datastoreId, kind], ENDED)
    .from(task)
    .where(and(inArray(datastoreId, ids), inArray(kind, TASKS), isNotNull(finishedAt), isAsJob()))
    .orderBy(datastoreId, kind, desc(finishedAt));
}

/** What these jobs have made last, and has ended. */
async function tasksOf(db: Database, jobs: readonly JobRow[]): Promise<Ended[]> {
  const made = jobs.flatMap(({ lastTaskId }) => lastTaskId ?? []);
  if (made.length === 0) return [];
  return db
    .select(ENDED)
    .from(task)
    .where(and(inArray(id, made), isNotNull(finishedAt)));
}

/** The task that is there, unless the schedule has noted a later one that has been removed since. */
function newer(found: Ended | undefined, row: JobRow): LastRun | null {
  const { lastTaskId, lastFinishedAt, lastState, lastOutcome } = row;
  const known = found?.finishedAt ? { ...found, at: found.finishedAt } : null;
  if (lastTaskId !== null && lastFinishedAt !== null && (known === null || known.at < lastFinishedAt)) {
    const noted = { state: lastState ?? 'failed', at: lastFinishedAt, outcome: lastOutcome };
    return { taskId: lastTaskId, ...noted, forgotten: true };
  }
  if (known === null) return null;
  return { taskId: known.id, state: known.state, at: known.at, outcome: known.outcome, forgotten: false };
}
