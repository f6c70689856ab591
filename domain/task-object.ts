import type { TaskKind } from './task.ts';

const RUN_TIME = /\/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/**
 * What a task is about, the same for every run of it: a backup names its snapshot, and the next one of the same
 * machine has another time.
 */
export function taskObject({ kind, subject }: { kind: TaskKind; subject: string }): string {
  return kind === 'backup' ? subject.replace(RUN_TIME, '') : subject;
}

/** Two runs of the same work have the same key. */
export function workKey(task: { kind: TaskKind; subject: string }): string {
  return `${task.kind} ${taskObject(task)}`;
}
