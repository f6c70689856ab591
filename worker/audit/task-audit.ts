import { setTimeout } from 'node:timers/promises';
import { type SQL, sql } from 'drizzle-orm';
import type { FindingCode } from '#domain/audit.ts';
import { TASK_KINDS, type TaskKind } from '#domain/task.ts';
import type { Database } from '#drizzle/client.ts';
import { LEASE_SECONDS } from '#drizzle/leases.ts';
import type { Findings } from '#engine/audit/findings.ts';

/** Long enough for a task of a dead worker to be ended, or handed on. */
const PATIENCE_MS = 25_000;
const SHOWN = 100;
/** More of a text need not be compared: a log cuts long lines. */
const COMPARED = 3000;

interface TaskLine extends Record<string, unknown> {
  id: string;
  kind: TaskKind;
}

/** What the rows of tasks on one datastore must always tell. */
export class TaskAudit {
  readonly #db: Database;
  readonly #datastoreId: string;
  readonly #findings: Findings;
  readonly #patienceMs: number;

  constructor(db: Database, datastoreId: string, findings: Findings, patienceMs = PATIENCE_MS) {
    this.#db = db;
    this.#datastoreId = datastoreId;
    this.#findings = findings;
    this.#patienceMs = patienceMs;
  }

  async run(signal: AbortSignal): Promise<void> {
    await this.#orphans(signal);
    this.#add('task-log-unended', await this.#withoutEnd(), 'Its log does not end with its result.');
    this.#add('change-unrecorded', await this.#unrecorded(), 'The audit log does not tell who started it.');
  }

  /** A task is final or somebody living works on it; whoever took over from the dead needs a moment. */
  async #orphans(signal: AbortSignal): Promise<void> {
    const before = await this.#withoutWorker();
    if (before.length === 0) return;
    await setTimeout(this.#patienceMs, null, { signal });
    const ids = new Set(before.map(({ id }) => id));
    for (const task of (await this.#withoutWorker()).filter(({ id }) => ids.has(id))) {
      const waits = TASK_KINDS[task.kind].onLost === 'retry';
      if (waits) this.#add('task-waits', [task], 'Its worker is gone; it waits to be started again.');
      else this.#add('task-orphaned', [task], 'It counts as running, and its worker is gone.');
    }
  }

  #withoutWorker(): Promise<TaskLine[]> {
    return this.#select(sql`
      task.state = 'running' and not exists (
        select 1 from worker
        where worker.id = task.worker_id
          and worker.heartbeat_at > now() - make_interval(secs => ${LEASE_SECONDS})
      )`);
  }

  #withoutEnd(): Promise<TaskLine[]> {
    return this.#select(sql`
      task.state not in ('queued', 'running') and task.attempt > 0 and not exists (
        select 1 from (
          select text from task_log where task_log.task_id = task.id order by number desc limit 1
        ) as last
        where left(last.text, ${COMPARED}::int) = left(task.outcome, ${COMPARED}::int)
          or starts_with(last.text, left(task.error ->> 'message', ${COMPARED}::int))
      )`);
  }

  /**
   * What a user started; the system and the clients of the gateway stand in the task itself. The audit log keeps
   * milliseconds, a task microseconds.
   */
  #unrecorded(): Promise<TaskLine[]> {
    return this.#select(sql`
      task.created_by <> 'system' and task.kind not in ('backup', 'restore') and task.kind not in ${QUIET_KINDS}
      and not exists (
        select 1 from audit
        where audit.at >= date_trunc('milliseconds', task.created_at) and audit.detail ->> 'taskId' = task.id::text
      )`);
  }

  async #select(condition: SQL): Promise<TaskLine[]> {
    const { rows } = await this.#db.execute<TaskLine>(sql`
      select task.id, task.kind from task
      where task.datastore_id = ${this.#datastoreId} and ${condition}
      order by task.created_at limit ${SHOWN}`);
    return rows;
  }

  #add(code: FindingCode, tasks: readonly TaskLine[], what: string): void {
    for (const { id, kind } of tasks)
      this.#findings.add(code, `task ${id}`, `${TASK_KINDS[kind].title}: ${what}`);
  }
}

const QUIET_KINDS = Object.entries(TASK_KINDS)
  .filter(([, entry]) => 'quiet' in entry)
  .map(([kind]) => kind);
