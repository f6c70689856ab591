import { TASK_KINDS, TASK_STATES, type TaskKind, type TaskState } from '#domain/task.ts';
import type { TaskListInput } from '../trpc/views.ts';
import { readPageStart } from '../ui/table/page-cursor.ts';
import type { TableState } from '../ui/table/table-state.ts';

export const TASK_PAGE = 50;
const SEARCH_MAX = 128;
export const TASK_FILTER_IDS = ['state', 'kind', 'datastore', 'by', 'days'];

/** How far back a list goes when the address does not say. */
export const DAYS_DEFAULT = '7';
export const DAYS_ALL = 'all';

/** What the server is asked for what the address says; values that it would refuse are left out. */
export function taskQuestion(state: TableState): TaskListInput {
  const { filters } = state;
  const days = Number(filters.days?.[0] ?? DAYS_DEFAULT);
  const states = filters.state?.filter(isState);
  const kinds = filters.kind?.filter(isKind);
  const datastore = filters.datastore?.[0];
  const createdBy = filters.by?.[0];
  const search = state.text.trim().slice(0, SEARCH_MAX);
  const { cursor } = readPageStart(state.cursor);
  return {
    limit: TASK_PAGE,
    ...(states?.length ? { states } : {}),
    ...(kinds?.length ? { kinds } : {}),
    ...(datastore ? { datastore } : {}),
    ...(createdBy ? { createdBy } : {}),
    ...(search ? { search } : {}),
    ...(Number.isInteger(days) && days > 0 ? { days } : {}),
    ...(cursor === null ? {} : { cursor }),
  };
}

function isState(value: string): value is TaskState {
  return (TASK_STATES as readonly string[]).includes(value);
}

function isKind(value: string): value is TaskKind {
  return value in TASK_KINDS;
}
