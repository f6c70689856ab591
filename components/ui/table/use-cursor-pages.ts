'use client';

import { useRef } from 'react';
import type { PagerProps } from './Pager.tsx';
import { type PageStart, readPageStart, writePageStart } from './page-cursor.ts';
import type { TableControl } from './use-table-state.ts';

/** Pages of a list that the server cuts: where this one starts, and the buttons to the next and the one before. */
export function useCursorPages(control: TableControl): {
  start: PageStart;
  pagerFor: (shown: number, next: string | null) => PagerProps | undefined;
} {
  const start = readPageStart(control.state.cursor);
  /** Pages that were turned since this list was opened: the browser can go back to those. */
  const turned = useRef(0);
  const pagerFor = (shown: number, next: string | null): PagerProps | undefined => {
    if (shown === 0 || (start.before === 0 && next === null)) return undefined;
    return {
      from: start.before + 1,
      to: start.before + shown,
      onPrevious:
        start.cursor === null
          ? undefined
          : () => {
              if (turned.current > 0) {
                turned.current -= 1;
                window.history.back();
              } else control.change({ cursor: null });
            },
      onNext:
        next === null
          ? undefined
          : () => {
              turned.current += 1;
              control.change({ cursor: writePageStart({ before: start.before + shown, cursor: next }) });
            },
    };
  };
  return { start, pagerFor };
}
