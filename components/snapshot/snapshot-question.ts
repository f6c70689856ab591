import { SNAPSHOT_SORTS, type SnapshotSort, VERIFY_STATES, type VerifyState } from '#domain/snapshot.ts';
import type { SnapshotListInput } from '../trpc/views.ts';
import { readPageStart } from '../ui/table/page-cursor.ts';
import type { TableState } from '../ui/table/table-state.ts';

export const SNAPSHOT_FILTER_IDS = ['datastore', 'namespace', 'type', 'id', 'verified', 'protected', 'days'];

export const SNAPSHOT_SORT_IDS: readonly string[] = SNAPSHOT_SORTS;
export const SNAPSHOT_DEFAULT_SORT = { columnId: 'time', descending: true };

/** Rows of a page. */
export const SNAPSHOT_PAGE = 100;

/** What the server is asked for what the address says; values that it would refuse are left out. */
export function snapshotQuestion(state: TableState): SnapshotListInput {
  const one = (id: string) => state.filters[id]?.[0];
  const days = Number(one('days'));
  const isProtected = one('protected');
  const verified = one('verified');
  const { cursor } = readPageStart(state.cursor);
  return {
    limit: SNAPSHOT_PAGE,
    ...sortOf(state),
    ...defined('datastore', one('datastore')),
    ...defined('namespace', namespaceOf(one('namespace'))),
    ...defined('type', one('type')),
    ...defined('id', one('id')),
    ...defined('search', state.text.trim() || undefined),
    ...(isVerifyState(verified) ? { verified } : {}),
    ...(isProtected === undefined ? {} : { protected: isProtected === 'yes' }),
    ...(Number.isInteger(days) && days > 0 ? { days } : {}),
    ...(cursor === null ? {} : { cursor }),
  };
}

function isVerifyState(text: string | undefined): text is VerifyState {
  return (VERIFY_STATES as readonly (string | undefined)[]).includes(text);
}

/** Newest first is what the server does when nothing is said. */
function sortOf({ sort }: TableState): Pick<SnapshotListInput, 'sort' | 'descending'> {
  const { columnId, descending } = sort ?? SNAPSHOT_DEFAULT_SORT;
  const isDefault = columnId === SNAPSHOT_DEFAULT_SORT.columnId && descending;
  return isDefault ? {} : { sort: columnId as SnapshotSort, descending };
}

/** An address cannot hold an empty value, so the root namespace is written `/`. */
function namespaceOf(value: string | undefined): string | undefined {
  return value === '/' ? '' : value;
}

function defined<Name extends string>(name: Name, value: string | undefined) {
  return value === undefined ? {} : { [name]: value };
}
