import type { TaskKind } from '#domain/task.ts';
import { TASK_KINDS } from '#domain/task.ts';
import { whyNotAgain } from '#domain/task-again.ts';
import type { TaskRow } from '#drizzle/tasks.ts';
import { usualKey } from './usual-durations.ts';

/** A task as lists and its page show it. */
export interface TaskView {
  id: string;
  kind: TaskKind;
  title: string;
  datastore: string | null;
  subject: string;
  state: TaskRow['state'];
  progress: TaskRow['progress'];
  outcome: string | null;
  result: unknown;
  error: TaskRow['error'];
  warnings: number;
  createdBy: string;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  attempt: number;
  cancelRequestedAt: Date | null;
  /** What cancelling leaves behind. */
  onCancel: string;
  /** Why it cannot be run again; null when it can. */
  notAgain: string | null;
  /** How long the same work usually takes, in ms; null before three runs that went well. */
  usualMs: number | null;
}

export function viewTask(row: TaskRow, usual?: ReadonlyMap<string, number>): TaskView {
  const { id, kind, subject, state, progress, outcome, result, error, warnings, createdBy } = row;
  const { createdAt, startedAt, finishedAt, attempt, cancelRequestedAt } = row;
  const { title, onCancel } = TASK_KINDS[kind];
  return {
    ...{ id, kind, title, subject, state, progress, outcome, result, error, warnings, createdBy },
    ...{ createdAt, startedAt, finishedAt, attempt, cancelRequestedAt, onCancel },
    datastore: row.datastoreName,
    notAgain: whyNotAgain(row),
    usualMs: usual?.get(usualKey(row)) ?? null,
  };
}
