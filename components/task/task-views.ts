import type { TaskState } from '#domain/task.ts';
import type { TableState } from '../ui/table/table-state.ts';

export interface TaskListView {
  label: string;
  states: readonly TaskState[];
  href: string;
}

export const TASK_VIEWS: readonly TaskListView[] = [
  viewOf('All', []),
  viewOf('Running', ['running', 'queued']),
  viewOf('Failures', ['failed', 'warnings']),
];

function viewOf(label: string, states: readonly TaskState[]): TaskListView {
  const query = states.map((state) => `state=${state}`).join('&');
  return { label, states, href: query ? `/tasks?${query}` : '/tasks' };
}

/** Whether the address asks exactly this; other filters and ranges make it something else. */
export function isView(view: TaskListView, { filters, text }: Pick<TableState, 'filters' | 'text'>): boolean {
  const { state = [], days: _, ...others } = filters;
  return (
    text === '' &&
    Object.keys(others).length === 0 &&
    state.length === view.states.length &&
    view.states.every((each) => state.includes(each))
  );
}
