'use client';

import { type KeyboardEvent, useCallback, useState } from 'react';

/** Arrow keys that lead to the stop before or behind, or to the nearest in the line above or below. */
const STEPS: Readonly<Record<string, (stops: readonly HTMLElement[], at: number) => number>> = {
  ArrowRight: (_, at) => at + 1,
  ArrowLeft: (_, at) => at - 1,
  ArrowDown: (stops, at) => nearestIn(stops, at, 1),
  ArrowUp: (stops, at) => nearestIn(stops, at, -1),
  Home: () => 0,
  End: (stops) => stops.length - 1,
};

/**
 * Many small targets as one stop of the Tab key: arrow keys, Home and End lead from one to the next. `ids` are in the
 * order of the page; the last one is where Tab comes in first.
 */
export function useRovingFocus(ids: readonly string[]) {
  const [chosen, setChosen] = useState<string | null>(null);
  const current = chosen !== null && ids.includes(chosen) ? chosen : ids.at(-1);
  const onKeyDown = useCallback((event: KeyboardEvent<HTMLElement>) => {
    const step = STEPS[event.key];
    if (!step) return;
    const stops = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-stop]')];
    const at = stops.indexOf(document.activeElement as HTMLElement);
    if (at < 0) return;
    event.preventDefault();
    stops[step(stops, at)]?.focus();
  }, []);
  const stopProps = (id: string) => ({
    'data-stop': '',
    tabIndex: id === current ? 0 : -1,
    onFocus: () => setChosen(id),
  });
  return { onKeyDown, stopProps };
}

/** Of the next line in that direction the one that is closest in place; where it is when there is no such line. */
function nearestIn(stops: readonly HTMLElement[], at: number, direction: 1 | -1): number {
  const boxes = stops.map((stop) => stop.getBoundingClientRect());
  const from = boxes[at];
  if (!from) return at;
  const beyond = boxes.map((box) => (box.top - from.top) * direction).map((gap) => (gap > 4 ? gap : null));
  const line = Math.min(...beyond.flatMap((gap) => gap ?? []));
  if (!Number.isFinite(line)) return at;
  const inLine = beyond.flatMap((gap, index) => (gap !== null && gap - line < 4 ? [index] : []));
  const distance = (index: number) => Math.abs((boxes[index]?.left ?? 0) - from.left);
  return inLine.reduce((best, index) => (distance(index) < distance(best) ? index : best), inLine[0] ?? at);
}
