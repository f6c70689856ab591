import { and, eq } from 'drizzle-orm';
import { drillSubject } from '#domain/drill.ts';
import { isSameJob, type JobTask, taskOf } from '#domain/job.ts';
import { type Decision, type Job, lateWords, planTick, runEnd, type TickFacts } from '#domain/job-plan.ts';
import { scopeSubject } from '#domain/scope.ts';
import { verifySubject } from '#domain/verify.ts';
import { announce } from '#drizzle/changes.ts';
import type { Transaction } from '#drizzle/client.ts';
import { activeRuns, isJob, jobOf, lockJobs } from '#drizzle/jobs.ts';
import { datastoreQueue } from '#drizzle/queue.ts';
import { datastore, datastoreLease } from '#drizzle/schema/datastore.ts';
import { datastoreJob } from '#drizzle/schema/job.ts';
import { readSetting } from '#drizzle/settings.ts';
import { appendLog, enqueueTask } from '#drizzle/tasks.ts';
import type { WorkerContext } from './worker-context.ts';

/** The server itself, where a task names who started it. */
const SYSTEM = 'system';

type Records = Pick<WorkerContext, 'db' | 'queue' | 'log'> & { identity: { id: string } };
type DatastoreRow = typeof datastore.$inferSelect;

/** What one look has done about a job. */
export type JobEvent = Decision & { taskId?: string };

/**
 * Starts what is due on a datastore at `now` (ms since 1970). One transaction: the lease is held to be ours, the due time
 * counts as dealt with, and the task is sent, or none of it. So a take-over, a second worker or a lost connection
 * can neither start a due time twice nor lose it.
 */
export async function startDueJobs(records: Records, datastoreId: string, now: number): Promise<JobEvent[]> {
  await records.queue.ensure(datastoreQueue(datastoreId));
  const events = await records.db.transaction(async (tx) => {
    const row = await ownedRow(tx, datastoreId, records.identity.id);
    if (row === null || row.phase !== 'ready' || row.status === 'probing') return [];
    return new Tick(tx, records, row, now).run();
  });
  for (const event of events) records.log.info({ datastore: datastoreId, ...event }, 'job');
  return events;
}

/** Null when the lease is another worker's: then the jobs are as well. */
async function ownedRow(
  tx: Transaction,
  datastoreId: string,
  workerId: string,
): Promise<DatastoreRow | null> {
  const [lease] = await tx
    .select({ workerId: datastoreLease.workerId })
    .from(datastoreLease)
    .where(and(eq(datastoreLease.datastoreId, datastoreId), eq(datastoreLease.workerId, workerId)))
    .for('share');
  if (!lease) return null;
  // In the order of whoever changes a datastore with its jobs; the task that is sent would ask for it too late.
  const [row] = await tx.select().from(datastore).where(eq(datastore.id, datastoreId)).for('key share');
  return row ?? null;
}

/** One look at the jobs of one datastore, in a transaction that holds their rows. */
class Tick {
  readonly #tx: Transaction;
  readonly #records: Records;
  readonly #row: DatastoreRow;
  readonly #now: number;

  constructor(tx: Transaction, records: Records, row: DatastoreRow, now: number) {
    this.#tx = tx;
    this.#records = records;
    this.#row = row;
    this.#now = now;
  }

  async run(): Promise<JobEvent[]> {
    const { id, name, status, statusReason } = this.#row;
    const rows = await lockJobs(this.#tx, id);
    const jobs = rows.map(jobOf);
    const facts: TickFacts = {
      ...{ name, status, reason: statusReason, now: this.#now },
      ...(await activeRuns(this.#tx, id, rows)),
      zone: await readSetting(this.#tx, 'timeZone'),
    };
    const events: JobEvent[] = [];
    for (const decision of planTick(jobs, facts)) {
      const job = jobs.find((one) => isSameJob(one, decision));
      const event = job ? await this.#carryOut(job, decision, facts) : null;
      if (event) events.push(event);
    }
    if (events.length > 0) await announce(this.#tx, 'datastore', id, id);
    return events;
  }

  /** Null when nothing is new. */
  async #carryOut(job: Job, decision: Decision, facts: TickFacts): Promise<JobEvent | null> {
    switch (decision.act) {
      case 'start':
        return this.#start(job, decision, facts);
      case 'recount':
        await this.#set(job, { countedFrom: new Date(this.#now) });
        return decision;
      case 'skip':
        await this.#set(job, { countedFrom: new Date(this.#now), ...this.#notice(decision.words) });
        return decision;
      case 'wait':
      case 'hold':
        if (job.notice?.words === decision.words && job.notice.at >= decision.dueAt) return null;
        await this.#set(job, this.#notice(decision.words));
        return decision;
    }
  }

  async #start(job: Job, decision: Decision & { dueAt: number }, facts: TickFacts): Promise<JobEvent> {
    const { id, name } = this.#row;
    const run = taskOf(job, id, runEnd(job, this.#now, facts.zone));
    const subject = subjectOf(run, name);
    const wish = { ...run, datastore: { id, name }, subject, createdBy: SYSTEM };
    const taskId = await enqueueTask(this.#tx, this.#records.queue, wish);
    const at = new Date(this.#now);
    const words = lateWords(job, decision.dueAt, facts) ?? `Started by the schedule ${job.schedule}.`;
    await appendLog(this.#tx, taskId, [{ number: 1, at, level: 'info', text: words }]);
    const ended = { lastFinishedAt: null, lastState: null, lastOutcome: null };
    const started = { countedFrom: at, lastTaskId: taskId, lastStartedAt: at, ...ended };
    await this.#set(job, { ...started, leftAt: null, notice: null, noticeAt: null });
    return { ...decision, taskId };
  }

  #notice(words: string) {
    return { notice: words, noticeAt: new Date(this.#now) };
  }

  async #set(job: Job, values: Partial<typeof datastoreJob.$inferInsert>): Promise<void> {
    await this.#tx.update(datastoreJob).set(values).where(isJob(this.#row.id, job));
  }
}

function subjectOf(run: JobTask, name: string): string {
  switch (run.kind) {
    case 'datastore.gc':
      return name;
    case 'datastore.prune':
      return scopeSubject(name, run.payload);
    case 'datastore.verify':
      return verifySubject(name, run.payload);
    case 'datastore.drill':
      return drillSubject(name, run.payload);
  }
}
