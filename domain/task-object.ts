import type { TaskKind } from './task.ts';

const RUN_TIME = /\/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/**
 * What a task is about, the same for every run of it: a backup names its snapshot, and the next one of the same
 * machine has another time.
 */
export function taskObject({ kind, subject }: { kind: TaskKind; subject: string }): string {
  return kind === 'backup' ? subject.replace(RUN_TIME, '') : subject;
}

const NAMED_MAX = 2;

/** What several tasks are about, each thing once: `a:vm/1, a:vm/2 and 5 more`. */
export function taskObjects(tasks: readonly { kind: TaskKind; subject: string }[]): string {
  const objects = [...new Set(tasks.map(taskObject))];
  const more = objects.length - NAMED_MAX;
  const named = objects.slice(0, NAMED_MAX).join(', ');
  return more > 0 ? `${named} and ${more} more` : named;
}

/** Two runs of the same work have the same key. */
export function workKey(task: { kind: TaskKind; subject: string }): string {
  return `${task.kind} ${taskObject(task)}`;
}
