import { asBackupError, BackupError } from '#domain/errors.ts';
import { sentence } from '#domain/sentence.ts';
import { TASK_KINDS } from '#domain/task.ts';
import {
  type Claim,
  claimTask,
  finishTask,
  isCancelRequested,
  reportProgress,
  type TaskEnd,
  type TaskRow,
} from '#drizzle/tasks.ts';
import type { Ownership } from './ownership.ts';
import { ProgressReporter } from './progress-reporter.ts';
import { TaskLog } from './task-log.ts';
import { runHandler } from './tasks/handlers.ts';
import type { WorkerContext } from './worker-context.ts';

/**
 * Runs tasks: claim → handler → outcome. Whatever happens, a claimed task ends in a final state with a reason,
 * unless the process itself ends; then the queue gives it to another worker.
 */
export class TaskRunner {
  readonly #context: WorkerContext;
  readonly #active = new Map<string, AbortController>();
  #ownership: Ownership | null = null;

  constructor(context: WorkerContext) {
    this.#context = context;
    context.hub.subscribe((changes) => {
      for (const change of changes) {
        if (change.topic === 'task' && this.#active.has(change.ref)) void this.#checkCancel(change.ref);
      }
    });
  }

  serve(ownership: Ownership): void {
    this.#ownership = ownership;
  }

  run = async (taskId: string, jobSignal: AbortSignal): Promise<void> => {
    const ownership = this.#ownership;
    if (!ownership) return;
    const claimed = await claimTask(this.#context.db, taskId, this.#context.identity.id);
    if (!claimed) return;
    const controller = new AbortController();
    this.#active.set(taskId, controller);
    const stop = AbortSignal.any([controller.signal, this.#context.stopping, jobSignal]);
    const log = await TaskLog.open(this.#context.db, taskId, this.#context.clock);
    try {
      const end = await this.#attempt(claimed, ownership, log, stop, controller);
      await log.flush();
      if (end) await finishTask(this.#context.db, claimed, { ...end, warnings: log.warnings });
    } finally {
      this.#active.delete(taskId);
    }
  };

  async #attempt(
    claimed: TaskRow & Claim,
    ownership: Ownership,
    log: TaskLog,
    signal: AbortSignal,
    controller: AbortController,
  ): Promise<TaskEnd | null> {
    if (claimed.attempt > 1) log.add('warning', startedAgain(claimed.attempt));
    const write = (progress: Parameters<typeof reportProgress>[2]) =>
      reportProgress(this.#context.db, claimed, progress);
    const reporter = new ProgressReporter(this.#context.clock, write, () => controller.abort(overtaken()));
    try {
      const done = await runHandler(claimed, {
        worker: this.#context,
        ownership,
        taskId: claimed.taskId,
        createdBy: claimed.createdBy,
        retried: claimed.attempt > 1,
        log: log.add,
        progress: reporter.report,
        signal,
      });
      if (done.failure) {
        const end = await this.#failure(claimed, done.failure, log, controller.signal.aborted);
        return { ...end, result: done.result, leftAt: done.leftAt };
      }
      const outcome = withAttempts(done.outcome, claimed.attempt);
      log.add('info', outcome);
      const state = log.warnings > 0 ? 'warnings' : 'succeeded';
      return { state, outcome, result: done.result, leftAt: done.leftAt };
    } catch (error) {
      if (this.#context.stopping.aborted) throw error; // back to the queue: another worker goes on
      return this.#failure(claimed, error, log, controller.signal.aborted);
    }
  }

  async #failure(
    claimed: TaskRow & Claim,
    thrown: unknown,
    log: TaskLog,
    aborted: boolean,
  ): Promise<TaskEnd> {
    const cancelled = aborted && (await isCancelRequested(this.#context.db, claimed.id));
    if (cancelled) {
      const outcome = withAttempts(`Cancelled. ${TASK_KINDS[claimed.kind].onCancel}`, claimed.attempt);
      log.add('warning', outcome);
      return { state: 'cancelled', outcome };
    }
    const error = asBackupError(thrown);
    if (error.code === 'INTERNAL') this.#context.log.error({ err: thrown, task: claimed.id }, 'task failed');
    log.add('error', error.hint ? `${error.message} ${error.hint}` : error.message);
    const { code, message, hint } = error;
    return {
      state: 'failed',
      outcome: withAttempts(message, claimed.attempt),
      error: { code, message, ...(hint ? { hint } : {}) },
    };
  }

  async #checkCancel(taskId: string): Promise<void> {
    const requested = await isCancelRequested(this.#context.db, taskId).catch(() => false);
    if (requested) this.#active.get(taskId)?.abort(new BackupError('CANCELLED', 'The task was cancelled.'));
  }
}

function startedAgain(attempt: number): string {
  return `Attempt ${attempt}: the worker of attempt ${attempt - 1} was stopped or lost in the middle, so the task starts again.`;
}

/** Whoever reads only the outcome should know that the work did not go through in one piece. */
function withAttempts(outcome: string, attempt: number): string {
  if (attempt === 1) return outcome;
  return `${sentence(outcome)} (Attempt ${attempt}: the worker before was stopped or lost.)`;
}

function overtaken(): BackupError {
  return new BackupError('TASK_LOST', 'Another attempt has taken over.');
}
