import type { TaskKind, TaskState } from '#domain/task.ts';
import type { TableState } from '../ui/table/table-state.ts';

export interface TaskListView {
  label: string;
  states: readonly TaskState[];
  kinds: readonly TaskKind[];
  href: string;
}

export const TASK_VIEWS: readonly TaskListView[] = [
  viewOf('All', []),
  viewOf('Running', ['running', 'queued']),
  viewOf('Failures', ['failed', 'warnings']),
  viewOf('Prune failures', ['failed', 'warnings'], ['datastore.prune']),
];

function viewOf(label: string, states: readonly TaskState[], kinds: readonly TaskKind[] = []): TaskListView {
  const query = new URLSearchParams([
    ...states.map((state) => ['state', state]),
    ...kinds.map((kind) => ['kind', kind]),
  ]).toString();
  return { label, states, kinds, href: query ? `/tasks?${query}` : '/tasks' };
}

/** Whether the address asks exactly this, in whatever range and order; another filter makes it something else. */
export function isView(view: TaskListView, { filters, text }: Pick<TableState, 'filters' | 'text'>): boolean {
  const { state = [], kind = [], days: _, group: __, ...others } = filters;
  return (
    text === '' && Object.keys(others).length === 0 && isSame(state, view.states) && isSame(kind, view.kinds)
  );
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && b.every((each) => a.includes(each));
}

/** Only what failed has a cause. */
export function mayGroup({ filters }: Pick<TableState, 'filters'>): boolean {
  return filters.state?.includes('failed') ?? false;
}
