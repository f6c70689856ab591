import { BACKUP_TYPES, type BackupType } from '#domain/ids.ts';
import { GROUP_SORTS, type GroupSort } from '#domain/snapshot.ts';
import type { GroupPageInput } from '../../trpc/views.ts';
import type { TableState } from '../../ui/table/table-state.ts';

/** Rows of a page. */
export const GROUP_PAGE = 100;
export const GROUP_FILTER_IDS = ['type'];
export const GROUP_SORT_IDS: readonly string[] = GROUP_SORTS;
export const GROUP_DEFAULT_SORT = { columnId: 'group', descending: false };

/** What the server is asked for what the address says. */
export function groupQuestion(datastore: string, namespace: string, state: TableState): GroupPageInput {
  const types = state.filters.type?.filter(isType);
  const offset = offsetOf(state.cursor);
  const search = state.text.trim();
  return {
    datastore,
    namespace,
    limit: GROUP_PAGE,
    sort: (state.sort?.columnId ?? 'group') as GroupSort,
    descending: state.sort?.descending ?? false,
    ...(search === '' ? {} : { search }),
    ...(types?.length ? { types } : {}),
    ...(offset > 0 ? { offset } : {}),
  };
}

/** Pages start at whole pages; anything else in the address is the first one. */
export function offsetOf(cursor: string | null): number {
  const wanted = Number(cursor ?? 0);
  return Number.isInteger(wanted) && wanted > 0 ? wanted - (wanted % GROUP_PAGE) : 0;
}

function isType(value: string): value is BackupType {
  return (BACKUP_TYPES as readonly string[]).includes(value);
}
