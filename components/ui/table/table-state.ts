/**
 * What a table shows, as part of the address: a link to it shows the same to someone else, and Back undoes it.
 * Only what differs from the defaults is written.
 */

export interface TableSort {
  columnId: string;
  descending: boolean;
}

export interface TableState {
  /** Free text. */
  text: string;
  /** Filter field → the values that are let through; never empty lists. */
  filters: Readonly<Record<string, readonly string[]>>;
  sort: TableSort | null;
  /** Ids of the columns that are shown; null is the default set. */
  columns: readonly string[] | null;
  /** Where the page starts, as the server named it; null is the first page. */
  cursor: string | null;
}

/** What a table can be asked for; everything else in the address is ignored. */
export interface TableSpec {
  filterIds: readonly string[];
  sortableIds: readonly string[];
  columnIds: readonly string[];
  defaultSort: TableSort | null;
  /** Goes before the parameter names where a page has two tables. */
  prefix?: string;
}

export function readTableState(params: URLSearchParams, spec: TableSpec): TableState {
  const name = namer(spec);
  const columns = params.get(name('columns'))?.split('.');
  const shown = columns?.filter((id) => spec.columnIds.includes(id));
  return {
    text: params.get(name('q')) ?? '',
    filters: readFilters(params, spec),
    sort: readSort(params.get(name('sort')), spec),
    columns: shown && shown.length > 0 ? shown : null,
    cursor: params.get(name('after')),
  };
}

/** Parameters of others stay as they are. */
export function writeTableState(
  params: URLSearchParams,
  state: TableState,
  spec: TableSpec,
): URLSearchParams {
  const name = namer(spec);
  const next = new URLSearchParams(params);
  for (const id of [...spec.filterIds, 'q', 'sort', 'columns', 'after']) next.delete(name(id));
  if (state.text !== '') next.set(name('q'), state.text);
  for (const id of spec.filterIds) {
    for (const value of state.filters[id] ?? []) next.append(name(id), value);
  }
  if (state.sort && !isSameSort(state.sort, spec.defaultSort)) next.set(name('sort'), formatSort(state.sort));
  if (state.columns) next.set(name('columns'), state.columns.join('.'));
  if (state.cursor !== null) next.set(name('after'), state.cursor);
  return next;
}

/** Another question starts at the first page again. */
export function changeTableState(state: TableState, change: Partial<TableState>): TableState {
  const asksAnew = 'text' in change || 'filters' in change || 'sort' in change;
  return { ...state, ...(asksAnew ? { cursor: null } : {}), ...change };
}

export function isFiltered(state: TableState): boolean {
  return state.text !== '' || Object.keys(state.filters).length > 0;
}

function namer({ prefix }: TableSpec) {
  return (parameter: string) => (prefix ? `${prefix}.${parameter}` : parameter);
}

function readFilters(params: URLSearchParams, spec: TableSpec): TableState['filters'] {
  const name = namer(spec);
  return Object.fromEntries(
    spec.filterIds
      .map((id) => [id, [...new Set(params.getAll(name(id)))].filter((value) => value !== '')] as const)
      .filter(([, values]) => values.length > 0),
  );
}

/** `used` ascending, `-used` descending. */
function readSort(text: string | null, spec: TableSpec): TableSort | null {
  if (text === null) return spec.defaultSort;
  const descending = text.startsWith('-');
  const columnId = descending ? text.slice(1) : text;
  return spec.sortableIds.includes(columnId) ? { columnId, descending } : spec.defaultSort;
}

function formatSort({ columnId, descending }: TableSort): string {
  return descending ? `-${columnId}` : columnId;
}

function isSameSort(a: TableSort, b: TableSort | null): boolean {
  return a.columnId === b?.columnId && a.descending === b.descending;
}
