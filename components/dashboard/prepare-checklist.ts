import type { Overview, TaskView } from '../trpc/views.ts';

export interface ChecklistStep {
  id: 'datastore' | 'backup' | 'snapshot';
  /** `next` is the one to do now, `later` has to wait for it. */
  state: 'done' | 'running' | 'failed' | 'next' | 'later';
  /** What runs or failed. */
  task?: TaskView;
}

/** Where a new server is on the way to its first snapshot. `tasks` newest first. */
export function prepareChecklist(
  checklist: Overview['checklist'],
  tasks: readonly TaskView[],
): ChecklistStep[] {
  const datastore = stepOf(
    'datastore',
    checklist.datastore,
    newest(tasks, 'datastore.create', 'datastore.adopt'),
  );
  const lastBackup = newest(tasks, 'backup');
  const backup: ChecklistStep =
    datastore.state === 'done'
      ? stepOf('backup', checklist.backup || wentWell(lastBackup), lastBackup)
      : { id: 'backup', state: 'later' };
  const seen: ChecklistStep = {
    id: 'snapshot',
    state: checklist.backup ? 'done' : backup.state === 'done' ? 'next' : 'later',
  };
  return [datastore, backup, seen];
}

export function isComplete(checklist: Overview['checklist']): boolean {
  return checklist.datastore && checklist.backup;
}

function stepOf(id: ChecklistStep['id'], done: boolean, task: TaskView | undefined): ChecklistStep {
  if (done) return { id, state: 'done' };
  if (task?.state === 'running' || task?.state === 'queued') return { id, state: 'running', task };
  if (task?.state === 'failed') return { id, state: 'failed', task };
  return { id, state: 'next' };
}

function wentWell(task: TaskView | undefined): boolean {
  return task?.state === 'succeeded' || task?.state === 'warnings';
}

function newest(tasks: readonly TaskView[], ...kinds: TaskView['kind'][]): TaskView | undefined {
  return tasks.find((task) => kinds.includes(task.kind));
}
