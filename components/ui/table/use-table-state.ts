'use client';

import { useSearchParams } from 'next/navigation';
import { useCallback, useMemo } from 'react';
import {
  changeTableState,
  readTableState,
  type TableSpec,
  type TableState,
  writeTableState,
} from './table-state.ts';

export interface TableControl {
  state: TableState;
  /** `replace` for what is still being typed: Back then does not walk through every letter. */
  change: (change: Partial<TableState>, how?: 'push' | 'replace') => void;
  clearFilters: () => void;
}

/** The state of a table, kept in the address. `spec` must be stable: module scope or a memo. */
export function useTableState(spec: TableSpec): TableControl {
  const params = useSearchParams();
  const state = useMemo(() => readTableState(new URLSearchParams(params.toString()), spec), [params, spec]);

  const change = useCallback(
    (changed: Partial<TableState>, how: 'push' | 'replace' = 'push') => {
      // The address itself is the newest state: a second change may come before React has drawn the first.
      const current = new URLSearchParams(location.search);
      const next = changeTableState(readTableState(current, spec), changed);
      const query = writeTableState(current, next, spec).toString();
      const url = `${location.pathname}${query ? `?${query}` : ''}${location.hash}`;
      if (how === 'push') window.history.pushState(null, '', url);
      else window.history.replaceState(null, '', url);
    },
    [spec],
  );
  const clearFilters = useCallback(() => change({ text: '', filters: {} }), [change]);
  return useMemo(() => ({ state, change, clearFilters }), [state, change, clearFilters]);
}
