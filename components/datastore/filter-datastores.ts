import type { DatastoreView } from '../trpc/views.ts';
import { DATASTORE_LOOKS } from '../ui/status-looks.ts';
import type { FilterField } from '../ui/table/filter-words.ts';
import type { TableState } from '../ui/table/table-state.ts';
import { KIND_WORDS, searchText } from './datastore-words.ts';

export const DATASTORE_FILTERS: FilterField[] = [
  {
    id: 'status',
    label: 'status',
    options: Object.entries(DATASTORE_LOOKS).map(([value, look]) => ({ value, label: look.word })),
  },
  {
    id: 'type',
    label: 'type',
    options: Object.entries(KIND_WORDS).map(([value, label]) => ({ value, label })),
  },
];

export function filterDatastores(rows: readonly DatastoreView[], state: TableState): DatastoreView[] {
  const text = state.text.trim().toLowerCase();
  const { status, type } = state.filters;
  return rows.filter(
    (row) =>
      (text === '' || searchText(row).includes(text)) &&
      (!status || status.includes(row.status)) &&
      (!type || type.includes(row.kind)),
  );
}
