import { TASK_KINDS, TASK_STATES, type TaskKind, type TaskState } from '#domain/task.ts';
import type { TaskCausesInput, TaskListInput } from '../trpc/views.ts';
import { readPageStart } from '../ui/table/page-cursor.ts';
import type { TableState } from '../ui/table/table-state.ts';

export const TASK_PAGE = 50;
const SEARCH_MAX = 128;
const CODE_MAX = 64;
const IS_DAY = /^\d{4}-\d\d-\d\d$/;
export const TASK_FILTER_IDS = ['state', 'kind', 'datastore', 'by', 'code', 'day', 'days', 'group'];

/** In the address: failures by cause instead of one by one. */
export const BY_CAUSE = 'cause';

/** How far back a list goes when the address does not say. */
export const DAYS_DEFAULT = '7';
export const DAYS_ALL = 'all';

/** What the server is asked for what the address says; values that it would refuse are left out. */
export function taskQuestion(state: TableState): TaskListInput {
  const { filters } = state;
  const days = Number(filters.days?.[0] ?? (filters.day ? DAYS_ALL : DAYS_DEFAULT));
  const states = filters.state?.filter(isState);
  const kinds = filters.kind?.filter(isKind);
  const datastore = filters.datastore?.[0];
  const createdBy = filters.by?.[0];
  const code = filters.code?.[0]?.slice(0, CODE_MAX);
  const day = filters.day?.find((value) => IS_DAY.test(value));
  const search = state.text.trim().slice(0, SEARCH_MAX);
  const { cursor } = readPageStart(state.cursor);
  return {
    limit: TASK_PAGE,
    ...(states?.length ? { states } : {}),
    ...(kinds?.length ? { kinds } : {}),
    ...(datastore ? { datastore } : {}),
    ...(createdBy ? { createdBy } : {}),
    ...(code ? { code } : {}),
    ...(day ? { day } : {}),
    ...(search ? { search } : {}),
    ...(Number.isInteger(days) && days > 0 ? { days } : {}),
    ...(cursor === null ? {} : { cursor }),
  };
}

/** The same for failures by cause, which have one state and no pages. */
export function causesQuestion(state: TableState): TaskCausesInput {
  const { states: _, limit: __, cursor: ___, ...filter } = taskQuestion(state);
  return filter;
}

function isState(value: string): value is TaskState {
  return (TASK_STATES as readonly string[]).includes(value);
}

function isKind(value: string): value is TaskKind {
  return value in TASK_KINDS;
}
