import { BackupError, isBackupError } from '#domain/errors.ts';
import type { LogLevel } from '#domain/task.ts';
import { databaseError } from '#drizzle/client.ts';
import {
  type Claim,
  finishTask,
  isCancelRequested,
  reportProgress,
  startTask,
  type TaskEnd,
} from '#drizzle/tasks.ts';
import { ProgressReporter } from '../progress-reporter.ts';
import { TaskLog } from '../task-log.ts';
import type { WorkerContext } from '../worker-context.ts';

const RETRY_MS = 1000;

/** The task row that a backup or restore connection is seen as: log, progress, cancel, outcome. */
export class ConnectionTask {
  readonly #worker: WorkerContext;
  readonly #claim: Claim;
  readonly #log: TaskLog;
  readonly #reporter: ProgressReporter;
  readonly #stopListening: () => void;
  #told = false;
  #failure: BackupError | null = null;

  private constructor(
    worker: WorkerContext,
    claim: Claim,
    log: TaskLog,
    onCancel: (reason: BackupError) => void,
  ) {
    this.#worker = worker;
    this.#claim = claim;
    this.#log = log;
    const write = (progress: Parameters<typeof reportProgress>[2]) =>
      reportProgress(worker.db, claim, progress);
    const overtaken = new BackupError('TASK_LOST', 'The task was ended by another worker.');
    this.#reporter = new ProgressReporter(worker.clock, write, () => onCancel(overtaken));
    this.#stopListening = worker.hub.subscribe((changes) => {
      if (changes.some((change) => change.ref === claim.taskId)) void this.#checkCancel(onCancel);
    });
  }

  static async start(
    worker: WorkerContext,
    input: Omit<Parameters<typeof startTask>[1], 'workerId'>,
    onCancel: (reason: BackupError) => void,
  ): Promise<ConnectionTask> {
    const claim = await startTask(worker.db, { ...input, workerId: worker.identity.id });
    const log = await TaskLog.open(worker.db, claim.taskId, worker.clock);
    return new ConnectionTask(worker, claim, log, onCancel);
  }

  log = (level: LogLevel, text: string): void => this.#log.add(level, text);

  /** A call failed for a reason of ours. The first one tells; others follow from it. */
  failed = (error: BackupError): void => {
    if (this.#failure !== null) return;
    this.#failure = error;
    this.#log.add('error', error.hint ? `${error.message} ${error.hint}` : error.message);
  };

  /** Why the work could not be done, as far as it is our failure; null when it is not. */
  get failure(): BackupError | null {
    return this.#failure;
  }

  /** `done` bytes so far. */
  progress(phase: string, done: number): void {
    this.#reporter.report({ phase, done, unit: 'bytes' });
  }

  /** Every task ends, also one that ends while the database is away: then it is waited for. */
  async end(end: TaskEnd): Promise<void> {
    this.#stopListening();
    this.#reporter.stop();
    for (;;) {
      try {
        return await this.#end(end);
      } catch (error) {
        const away = isBackupError(databaseError(error), 'DATABASE_UNAVAILABLE');
        if (!away || this.#worker.stopping.aborted) throw error;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  async #end(end: TaskEnd): Promise<void> {
    const cancelled =
      end.state === 'failed' && (await isCancelRequested(this.#worker.db, this.#claim.taskId));
    const level = end.state === 'failed' && !cancelled ? 'error' : 'info';
    if (!this.#told) this.#log.add(level, end.outcome);
    this.#told = true;
    await this.#log.flush();
    const warned = end.state === 'succeeded' && this.#log.warnings > 0;
    const state = cancelled ? 'cancelled' : warned ? 'warnings' : end.state;
    await finishTask(this.#worker.db, this.#claim, { ...end, state, warnings: this.#log.warnings });
  }

  async #checkCancel(onCancel: (reason: BackupError) => void): Promise<void> {
    const requested = await isCancelRequested(this.#worker.db, this.#claim.taskId).catch(() => false);
    if (requested) onCancel(new BackupError('CANCELLED', 'The task was cancelled.'));
  }
}
