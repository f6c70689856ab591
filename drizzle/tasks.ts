import { randomUUID } from 'node:crypto';
import { and, eq, inArray, lt, sql } from 'drizzle-orm';
import { BackupError, unreachable } from '#domain/errors.ts';
import { JOB_KINDS, jobEntry } from '#domain/job.ts';
import {
  type QueuedTaskKind,
  TASK_KINDS,
  type TaskError,
  type TaskKind,
  type TaskPayload,
  type TaskProgress,
  type TaskState,
} from '#domain/task.ts';
import { announce } from './changes.ts';
import type { Database, Executor, Transaction } from './client.ts';
import { removeEndedTasks } from './days.ts';
import { noteJobEnd } from './jobs.ts';
import { ATTEMPTS_MAX, datastoreQueue, type Queue, SYSTEM_QUEUE } from './queue.ts';
import { task, taskLog } from './schema/task.ts';

/** The life of a task row: queued → running → one final state. */

export type TaskRow = typeof task.$inferSelect;

export interface NewTask<K extends QueuedTaskKind> {
  kind: K;
  payload: TaskPayload<K>;
  datastore: { id: string; name: string } | null;
  /** What it is about, for people. */
  subject: string;
  createdBy: string;
}

/** Writes the row and sends it, in the caller's transaction. Returns the task's id. */
export async function enqueueTask<K extends QueuedTaskKind>(
  tx: Transaction,
  queue: Queue,
  input: NewTask<K>,
): Promise<string> {
  const id = randomUUID();
  await tx.insert(task).values({
    id,
    kind: input.kind,
    datastoreId: input.datastore?.id ?? null,
    datastoreName: input.datastore?.name ?? null,
    subject: input.subject,
    payload: input.payload,
    createdBy: input.createdBy,
  });
  await queue.send(tx, input.datastore ? datastoreQueue(input.datastore.id) : SYSTEM_QUEUE, id);
  await announce(tx, 'task', id, input.datastore?.id);
  return id;
}

/** What a running attempt needs to prove that it is still the one. */
export interface Claim {
  taskId: string;
  workerId: string;
  attempt: number;
}

/**
 * Starts an attempt. Null when there is nothing to do any more: the task is final, or its kind does not allow a
 * second attempt, which is then recorded as the outcome.
 */
export async function claimTask(
  db: Database,
  taskId: string,
  workerId: string,
): Promise<(TaskRow & Claim) | null> {
  return db.transaction(async (tx) => {
    const [row] = await tx.select().from(task).where(eq(task.id, taskId)).for('update');
    if (!row || isFinalRow(row)) return null;
    if (row.cancelRequestedAt) {
      await finishRow(tx, row, { state: 'cancelled', outcome: 'Cancelled before it started.' });
      return null;
    }
    if (row.attempt > 0 && TASK_KINDS[row.kind].onLost === 'fail') {
      await finishLost(tx, row);
      return null;
    }
    const attempt = row.attempt + 1;
    const startedAt = row.startedAt ?? sql`now()`;
    await tx.update(task).set({ state: 'running', attempt, workerId, startedAt }).where(eq(task.id, taskId));
    await announceTask(tx, row);
    return { ...row, taskId, workerId, attempt };
  });
}

/** Ends a task that nobody works on any more, with a last line in its log: who ran it cannot write it. */
async function finishLost(tx: Transaction, row: TaskRow): Promise<void> {
  const times = row.attempt > 1 ? ` It was tried ${row.attempt} times.` : '';
  const message = `The worker that ran the task was stopped or lost.${times}`;
  const end: TaskEnd = {
    state: 'failed',
    outcome: message,
    error: { code: 'TASK_LOST', message, hint: 'Run it again.' },
  };
  const number = (await lastLogNumber(tx, row.id)) + 1;
  const text = `${message} Run it again.`;
  await tx.insert(taskLog).values({ taskId: row.id, number, at: sql`now()`, level: 'error', text });
  await finishRow(tx, row, end);
}

/** A task that the gateway runs itself: it is never queued and starts at once. */
export async function startTask(
  db: Database,
  input: {
    kind: Exclude<TaskKind, QueuedTaskKind>;
    datastore: { id: string; name: string };
    subject: string;
    createdBy: string;
    workerId: string;
    payload: unknown;
  },
): Promise<Claim> {
  const taskId = randomUUID();
  await db.transaction(async (tx) => {
    await tx.insert(task).values({
      id: taskId,
      kind: input.kind,
      datastoreId: input.datastore.id,
      datastoreName: input.datastore.name,
      subject: input.subject,
      payload: input.payload,
      createdBy: input.createdBy,
      state: 'running',
      attempt: 1,
      workerId: input.workerId,
      startedAt: sql`now()`,
    });
    await announce(tx, 'task', taskId, input.datastore.id);
  });
  return { taskId, workerId: input.workerId, attempt: 1 };
}

function isFinalRow(row: Pick<TaskRow, 'state'>): boolean {
  return row.state !== 'queued' && row.state !== 'running';
}

/** False when the attempt is not the current one any more; its work must stop. */
export async function reportProgress(db: Database, claim: Claim, progress: TaskProgress): Promise<boolean> {
  const updated = await db
    .update(task)
    .set({ progress })
    .where(isCurrent(claim))
    .returning({ ds: task.datastoreId });
  if (updated[0]) await announce(db, 'task', claim.taskId, updated[0].ds ?? undefined);
  return updated.length > 0;
}

function isCurrent(claim: Claim) {
  return and(
    eq(task.id, claim.taskId),
    eq(task.workerId, claim.workerId),
    eq(task.attempt, claim.attempt),
    eq(task.state, 'running'),
  );
}

export interface TaskEnd {
  state: Extract<TaskState, 'succeeded' | 'warnings' | 'failed' | 'cancelled'>;
  outcome: string;
  result?: unknown;
  error?: TaskError;
  warnings?: number;
  /** When it stopped at the end of its window, and left something to do. */
  leftAt?: Date | undefined;
}

/** Ends the attempt. False when another attempt has taken over, whose outcome counts. */
export async function finishTask(db: Database, claim: Claim, end: TaskEnd): Promise<boolean> {
  return db.transaction(async (tx) => {
    const [row] = await tx.select().from(task).where(isCurrent(claim)).for('update');
    if (!row) return false;
    await finishRow(tx, row, end);
    return true;
  });
}

async function finishRow(tx: Transaction, row: TaskRow, end: TaskEnd): Promise<void> {
  await tx
    .update(task)
    .set({
      state: end.state,
      outcome: end.outcome,
      result: end.result ?? null,
      error: end.error ?? null,
      warnings: end.warnings ?? row.warnings,
      finishedAt: sql`now()`,
      startedAt: row.startedAt ?? sql`now()`,
    })
    .where(eq(task.id, row.id));
  await noteJobEnd(tx, row.id, end);
  await announceTask(tx, row);
}

/** A datastore tells how its jobs last went and what of them runs now, so it changes with their tasks. */
async function announceTask(tx: Transaction, { id, kind, datastoreId }: TaskRow): Promise<void> {
  await announce(tx, 'task', id, datastoreId ?? undefined);
  if (datastoreId !== null && JOB_TASKS.has(kind)) await announce(tx, 'datastore', datastoreId, datastoreId);
}

const JOB_TASKS: ReadonlySet<TaskKind> = new Set(JOB_KINDS.map((kind) => jobEntry(kind).task));

export interface NewLogLine {
  number: number;
  at: Date;
  level: 'info' | 'warning' | 'error';
  text: string;
}

export async function appendLog(db: Executor, taskId: string, lines: NewLogLine[]): Promise<void> {
  if (lines.length === 0) return;
  await db
    .insert(taskLog)
    .values(lines.map((line) => ({ taskId, ...line })))
    .onConflictDoNothing();
  await announce(db, 'task', taskId);
}

/** Number of the last line, so that a second attempt goes on behind the first. */
export async function lastLogNumber(db: Executor, taskId: string): Promise<number> {
  const [row] = await db
    .select({ last: sql<number | null>`max(${taskLog.number})` })
    .from(taskLog)
    .where(eq(taskLog.taskId, taskId));
  return row?.last ?? 0;
}

/** Asks a task to stop; a queued one ends at once. TASK_NOT_FOUND or nothing to do for a final one. */
export async function requestCancel(tx: Transaction, taskId: string, by: string): Promise<TaskRow> {
  const [row] = await tx.select().from(task).where(eq(task.id, taskId)).for('update');
  if (!row) throw new BackupError('TASK_NOT_FOUND', `There is no task ${taskId}.`);
  switch (row.state) {
    case 'queued':
      await tx
        .update(task)
        .set({ cancelRequestedAt: sql`now()`, cancelRequestedBy: by })
        .where(eq(task.id, taskId));
      await finishRow(tx, row, { state: 'cancelled', outcome: 'Cancelled before it started.' });
      return row;
    case 'running':
      await tx
        .update(task)
        .set({ cancelRequestedAt: sql`now()`, cancelRequestedBy: by })
        .where(eq(task.id, taskId));
      await announce(tx, 'task', taskId, row.datastoreId ?? undefined);
      return row;
    case 'succeeded':
    case 'warnings':
    case 'failed':
    case 'cancelled':
      return row;
    default:
      return unreachable(row.state);
  }
}

export async function isCancelRequested(db: Executor, taskId: string): Promise<boolean> {
  const [row] = await db.select({ at: task.cancelRequestedAt }).from(task).where(eq(task.id, taskId));
  return row?.at != null;
}

/** Ends what lost workers left running, except what the queue will give to another worker. */
export async function failLostTasks(db: Database, aliveWorkers: readonly string[]): Promise<number> {
  const lost = await db.select().from(task).where(eq(task.state, 'running'));
  let count = 0;
  for (const { id, workerId, attempt, kind } of lost) {
    const alive = workerId !== null && aliveWorkers.includes(workerId);
    const goesOn = TASK_KINDS[kind].onLost === 'retry' && attempt < ATTEMPTS_MAX;
    if (alive || goesOn) continue;
    const claim = { taskId: id, workerId: workerId ?? '', attempt };
    const ended = await db.transaction(async (tx) => {
      const [row] = await tx.select().from(task).where(isCurrent(claim)).for('update');
      if (row) await finishLost(tx, row);
      return row !== undefined;
    });
    if (ended) count += 1;
  }
  return count;
}

/** What waits for a datastore that is being removed would wait for ever: its queue goes as well. */
export async function cancelQueuedTasks(
  tx: Transaction,
  datastoreId: string,
  outcome: string,
): Promise<void> {
  const queued = await tx
    .select()
    .from(task)
    .where(and(eq(task.datastoreId, datastoreId), eq(task.state, 'queued')))
    .for('update');
  for (const row of queued) await finishRow(tx, row, { state: 'cancelled', outcome });
}

const QUIET_KINDS = (Object.keys(TASK_KINDS) as TaskKind[]).filter((kind) => 'quiet' in TASK_KINDS[kind]);

/** Takes away old rows: questions of the console after an hour, everything else after the retention. */
export async function forgetOldTasks(db: Database, retentionDays: number): Promise<void> {
  const old = sql`now() - make_interval(days => ${retentionDays})`;
  await db
    .delete(task)
    .where(and(inArray(task.kind, QUIET_KINDS), lt(task.createdAt, sql`now() - interval '1 hour'`)));
  await removeEndedTasks(db, sql`${task.finishedAt} < ${old}`);
}
