import type { BackupError } from '#domain/errors.ts';
import type { LogLevel, QueuedTaskKind, TaskPayload, TaskProgress } from '#domain/task.ts';
import type { OwnedDatastore } from '../owned-datastore.ts';
import type { Ownership } from '../ownership.ts';
import type { WorkerContext } from '../worker-context.ts';

/** What a handler is given. */
export interface TaskContext<K extends QueuedTaskKind> {
  worker: WorkerContext;
  ownership: Ownership;
  taskId: string;
  createdBy: string;
  /** An earlier attempt was lost; what it did may be there already. */
  retried: boolean;
  payload: TaskPayload<K>;
  log: (level: LogLevel, text: string) => void;
  progress: (progress: TaskProgress) => void;
  /** Aborts when the task is cancelled, taken over, or the process stops. */
  signal: AbortSignal;
}

export interface TaskOutcome {
  /** One sentence for people. */
  outcome: string;
  /** The same in numbers. */
  result?: unknown;
  /** The work went through, and what it came to is a failure: the task fails with this and keeps its result. */
  failure?: BackupError;
  /** When it stopped at the end of its window and left something to do: the job that made it goes on at the next one. */
  leftAt?: Date;
}

export type TaskHandler<K extends QueuedTaskKind> = (context: TaskContext<K>) => Promise<TaskOutcome>;

/** The datastore of a task; this worker owns it, or it would not have been given the task. */
export function ownedBy(context: { ownership: Ownership; payload: { datastoreId: string } }): OwnedDatastore {
  return context.ownership.require(context.payload.datastoreId);
}
