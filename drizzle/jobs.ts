import { and, asc, eq, inArray, type SQL, sql } from 'drizzle-orm';
import { BackupError } from '#domain/errors.ts';
import {
  changeJob,
  compareJobs,
  DEFAULT_JOB,
  JOB_KINDS,
  type JobChange,
  type JobId,
  type JobKind,
  type JobSettings,
  jobEntry,
  jobNoun,
  wholeOptions,
} from '#domain/job.ts';
import { dueSince, type Job, type TickFacts } from '#domain/job-plan.ts';
import type { Executor, Transaction } from './client.ts';
import { datastoreJob } from './schema/job.ts';
import { task } from './schema/task.ts';

/** The jobs of datastores: what is started by itself, and how far that has come. */

export type JobRow = typeof datastoreJob.$inferSelect;

/** The row of one job. */
export function isJob(datastoreId: string, { kind, name }: JobId) {
  const { datastoreId: id, kind: kindColumn, name: nameColumn } = datastoreJob;
  return and(eq(id, datastoreId), eq(kindColumn, kind), eq(nameColumn, name));
}

export function noSuchJob(job: JobId): BackupError {
  return new BackupError('JOB_NOT_FOUND', `There is no ${jobNoun(job)}.`, {
    field: 'job',
    hint: 'List them: ironcore-backup job list DATASTORE',
  });
}

export function settingsOf(row: JobRow): JobSettings {
  const { kind, name, schedule, window, options } = jobOf(row);
  return { kind, name, schedule, window, options };
}

export function jobOf(row: JobRow): Job {
  const { kind, name, schedule, runWindow, options, countedFrom, leftAt, notice, noticeAt } = row;
  return {
    ...{ kind, name, schedule, window: runWindow, options: wholeOptions(kind, options) },
    countedFrom: countedFrom.getTime(),
    leftAt: leftAt?.getTime() ?? null,
    notice: notice !== null && noticeAt !== null ? { words: notice, at: noticeAt.getTime() } : null,
  };
}

/** In the order in which they run, at least one of each kind: that of a kind which is newer than the datastore is as in a new one, where nothing is due by it. */
export async function readJobs(db: Executor, datastoreId: string): Promise<JobRow[]> {
  const rows = await db.select().from(datastoreJob).where(eq(datastoreJob.datastoreId, datastoreId));
  const missing = JOB_KINDS.filter((kind) => !rows.some((row) => row.kind === kind));
  return [...rows, ...missing.map((kind) => unsetJob(datastoreId, kind))].sort(compareJobs);
}

function unsetJob(datastoreId: string, kind: JobKind): JobRow {
  const none = { schedule: null, runWindow: null, options: {}, notice: null, noticeAt: null, leftAt: null };
  const last = {
    lastTaskId: null,
    lastStartedAt: null,
    lastFinishedAt: null,
    lastState: null,
    lastOutcome: null,
  };
  return { datastoreId, kind, name: DEFAULT_JOB, ...none, countedFrom: new Date(0), ...last };
}

/** The same, locked until the transaction ends. */
export async function lockJobs(tx: Transaction, datastoreId: string): Promise<JobRow[]> {
  return tx
    .select()
    .from(datastoreJob)
    .where(eq(datastoreJob.datastoreId, datastoreId))
    .orderBy(asc(datastoreJob.kind), asc(datastoreJob.name))
    .for('update');
}

/** `now` in ms since 1970: nothing that was due before it is started. */
export async function insertJobs(
  tx: Transaction,
  datastoreId: string,
  jobs: readonly JobSettings[],
  now: number,
): Promise<void> {
  const countedFrom = new Date(now);
  await tx
    .insert(datastoreJob)
    .values(jobs.map(({ window, ...job }) => ({ datastoreId, ...job, runWindow: window, countedFrom })));
}

/** Nothing is due because of the change itself. Returns what was set before and what is set now. */
export async function writeJobChange(
  tx: Transaction,
  datastoreId: string,
  change: JobChange,
  now: number,
): Promise<{ before: JobSettings; after: JobSettings }> {
  const { kind, job: name = DEFAULT_JOB } = change;
  // Of each kind there must be a row to lock; a further one is there, or is not to be changed.
  if (name === DEFAULT_JOB)
    await tx
      .insert(datastoreJob)
      .values({ datastoreId, kind, countedFrom: new Date(now) })
      .onConflictDoNothing();
  const isIt = isJob(datastoreId, { kind, name });
  const [row] = await tx.select().from(datastoreJob).where(isIt).for('update');
  if (!row) throw noSuchJob({ kind, name });
  const before = settingsOf(row);
  const { after, anew } = changeJob(before, change);
  const counted = anew ? { countedFrom: new Date(now), leftAt: null, notice: null, noticeAt: null } : {};
  const set = { schedule: after.schedule, runWindow: after.window, options: after.options, ...counted };
  await tx.update(datastoreJob).set(set).where(isIt);
  return { before, after };
}

/** The zone of the server changes from one to another: what is due only because of that is not started. */
export async function recountJobs(
  tx: Transaction,
  { from, to, now }: { from: string; to: string; now: number },
): Promise<void> {
  const { datastoreId, kind, name } = datastoreJob;
  const rows = await tx
    .select()
    .from(datastoreJob)
    .orderBy(asc(datastoreId), asc(kind), asc(name))
    .for('update');
  for (const row of rows) {
    const job = jobOf(row);
    if (dueSince(job, now, from) !== null || dueSince(job, now, to) === null) continue;
    await tx
      .update(datastoreJob)
      .set({ countedFrom: new Date(now) })
      .where(isJob(row.datastoreId, row));
  }
}

/**
 * Tasks that do as much as a job: what looks at one group or snapshot alone, as each backup may be verified when it is
 * finished, stands for none, or it would take the turn of the verification that looks at all.
 */
export function isAsJob(): SQL {
  return sql`${task.payload} ->> 'group' is null`;
}

/** Kinds of jobs of which a task is queued or running on a datastore, whoever started it; `isAsJob`. */
export async function activeJobKinds(db: Executor, datastoreId: string): Promise<JobKind[]> {
  return (await activeRuns(db, datastoreId, [])).active;
}

/** The same, and which of the jobs it is the last run of. */
export async function activeRuns(
  db: Executor,
  datastoreId: string,
  jobs: readonly JobRow[],
): Promise<Pick<TickFacts, 'active' | 'running' | 'parts'> & { active: JobKind[] }> {
  const kinds = JOB_KINDS.map((kind) => jobEntry(kind).task);
  const rows = await db
    .select({ id: task.id, kind: task.kind, namespace: sql<string | null>`${task.payload} ->> 'namespace'` })
    .from(task)
    .where(
      and(
        eq(task.datastoreId, datastoreId),
        inArray(task.kind, kinds),
        inArray(task.state, ['queued', 'running']),
        isAsJob(),
      ),
    );
  const made = new Set(jobs.map(({ lastTaskId }) => lastTaskId));
  const active = JOB_KINDS.filter((kind) => rows.some((row) => row.kind === jobEntry(kind).task));
  const isPart = ({ id, namespace }: (typeof rows)[number]) => Boolean(namespace) && !made.has(id);
  return {
    active,
    parts: active.filter((kind) => rows.every((row) => row.kind !== jobEntry(kind).task || isPart(row))),
    running: jobs.filter(({ lastTaskId }) => rows.some(({ id }) => id === lastTaskId)),
  };
}

/** What the last run of a job came to, kept beyond its task. */
export async function noteJobEnd(
  tx: Transaction,
  taskId: string,
  { state, outcome, leftAt }: { state: JobRow['lastState']; outcome: string; leftAt?: Date | undefined },
): Promise<void> {
  await tx
    .update(datastoreJob)
    .set({ lastState: state, lastOutcome: outcome, lastFinishedAt: sql`now()`, leftAt: leftAt ?? null })
    .where(eq(datastoreJob.lastTaskId, taskId));
}
