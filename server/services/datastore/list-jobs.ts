import { eq } from 'drizzle-orm';
import { parseCalendarEvent } from '#domain/calendar/parse-event.ts';
import type { DatastoreName } from '#domain/ids.ts';
import { isSameJob, type JobId, type JobOptions, type JobSettings, lacksRule, NO_RULE } from '#domain/job.ts';
import { type Decision, findClashes, isOverdue, type Job, planTick } from '#domain/job-plan.ts';
import { lintPruneJob } from '#domain/lint-keep.ts';
import { datastorePath } from '#domain/permissions.ts';
import { must } from '#domain/result.ts';
import { explainEvent } from '#domain/schedule.ts';
import type { TaskState } from '#domain/task.ts';
import { activeRuns, type JobRow, jobOf, readJobs } from '#drizzle/jobs.ts';
import { task } from '#drizzle/schema/task.ts';
import { readSetting } from '#drizzle/settings.ts';
import { privilegeBelowFilter, requirePrivilegeBelow } from '../../auth/require-privilege.ts';
import { outcomeFilter } from '../../auth/visible-tasks.ts';
import type { ServiceContext } from '../context.ts';
import { findDatastore } from '../find-datastore.ts';
import { VISIBLE } from './list-datastores.ts';
import { seesJob } from './visible-jobs.ts';

export interface JobView extends JobId {
  /** In its one spelling; null for by hand only. */
  schedule: string | null;
  /** `Every Sunday at 05:00`, `Manual only`. */
  words: string;
  /** That the schedule runs in: the one that it names, or that of the server. */
  zone: string;
  /** Starts only in this part of the day; null for at any time. */
  window: string | null;
  options: JobOptions;
  /** The next runs; none for what does not run by itself. */
  next: Date[];
  /** Since when a run is due that has not been started; null when none is. */
  dueSince: Date | null;
  /** That is more than an hour, and it neither waits for its turn nor for its window. */
  overdue: boolean;
  /** Why a run that is due has not been started. */
  waiting: string | null;
  /** What was not started the last time, and why. */
  notice: { words: string; at: Date } | null;
  /** Why it does not run by itself although it has a schedule. */
  idle: string | null;
  /** What is odd about the keep rules, alone or beside those of other jobs. */
  warnings: string[];
  /** The last run that the schedule made; null before the first. */
  last: JobRun | null;
}

interface JobRun {
  taskId: string;
  startedAt: Date;
  finishedAt: Date | null;
  state: TaskState;
  /** In words; null until it has ended, and for whoever may not see the task. */
  outcome: string | null;
  /** The task has been removed since, with its log. */
  forgotten: boolean;
}

export interface DatastoreJobs {
  /** Of the server. */
  zone: string;
  /** In the order in which they run when they are due at the same time. */
  jobs: JobView[];
  /** Jobs that are due in the same minute: one waits for the other. */
  clashes: { jobs: [JobId, JobId]; at: Date; words: string }[];
}

const RUNS = 5;

/** What is started by itself on a datastore, as far as the caller may see it, when, and what became of it. */
export async function listJobs(
  context: ServiceContext,
  input: { name: DatastoreName },
): Promise<DatastoreJobs> {
  await requirePrivilegeBelow(context, datastorePath(input.name), ...VISIBLE);
  const { db, clock } = context;
  const { id, name, status, statusReason } = await findDatastore(db, input.name);
  const [zone, now] = [await readSetting(db, 'timeZone'), clock.now()];
  const holdsBelow = await privilegeBelowFilter(context);
  const all = await readJobs(db, id);
  const rows = all.filter((row) => seesJob((path) => holdsBelow(path, VISIBLE), name, row));
  const seesAll = rows.length === all.length;
  const jobs = rows.map(jobOf);
  const runs = await activeRuns(db, id, rows);
  const hearsOutcome = (await outcomeFilter(context))(name);
  const plan = planTick(jobs, { name, status, reason: statusReason, ...runs, now, zone });
  const views = rows.map(async (row) => {
    const decision = plan.find((one) => isSameJob(one, row));
    return {
      ...viewOf(jobOf(row), { decision, jobs, now, zone }),
      // The words may name jobs that the caller does not see.
      ...(seesAll ? {} : { notice: null }),
      last: await lastRun(context, row, hearsOutcome),
    };
  });
  const clashes = findClashes(jobs, now, zone).map((clash) => ({ ...clash, at: new Date(clash.at) }));
  return { zone, jobs: await Promise.all(views), clashes };
}

interface Seen {
  /** What a look at it now comes to. */
  decision: Decision | undefined;
  /** All of the datastore. */
  jobs: readonly JobSettings[];
  now: number;
  zone: string;
}

function viewOf(job: Job, { decision, jobs, now, zone }: Seen): Omit<JobView, 'last'> {
  const { kind, name, schedule, window, options, notice } = job;
  const event = schedule === null ? null : must(parseCalendarEvent(schedule));
  const meaning = explainEvent(event, { after: Math.max(now, job.countedFrom), zone, count: RUNS });
  const idle = schedule !== null && lacksRule(job) ? NO_RULE : null;
  const isDue = decision !== undefined && decision.act !== 'recount' && decision.act !== 'skip';
  return {
    ...{ kind, name, schedule, words: meaning.words, zone: meaning.zone, window, options, idle },
    next: idle === null ? meaning.next.map((at) => new Date(at)) : [],
    dueSince: isDue ? new Date(decision.dueAt) : null,
    overdue: isOverdue(decision, now),
    waiting: isDue && 'words' in decision ? decision.words : null,
    notice: notice && { words: notice.words, at: new Date(notice.at) },
    warnings: lintPruneJob(job, jobs).map(({ words }) => words),
  };
}

/** As its task says, and when that is gone as it was noted. */
async function lastRun({ db }: ServiceContext, row: JobRow, hearsOutcome: boolean): Promise<JobRun | null> {
  const { lastTaskId, lastStartedAt, lastFinishedAt, lastState, lastOutcome } = row;
  if (lastTaskId === null || lastStartedAt === null) return null;
  const [found] = await db
    .select({ state: task.state, outcome: task.outcome, finishedAt: task.finishedAt })
    .from(task)
    .where(eq(task.id, lastTaskId));
  const noted = { finishedAt: lastFinishedAt, state: lastState ?? 'failed', outcome: lastOutcome };
  const { outcome, ...run } = found ?? noted;
  return {
    ...{ taskId: lastTaskId, startedAt: lastStartedAt, ...run, forgotten: !found },
    outcome: hearsOutcome ? outcome : null,
  };
}
