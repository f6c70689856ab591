'use client';

import { type RefObject, useCallback, useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import type { LogLine } from '#domain/task.ts';
import { useZone } from '../../ui/time/TimeProvider.tsx';
import { useViewport } from '../../ui/window/use-viewport.ts';
import { visibleRange } from '../../ui/window/visible-range.ts';
import { displayText } from './display-text.ts';
import { gutterFor } from './gutter.ts';
import { LOG_PADDING_PX, LOG_ROW_PX, LogRow } from './LogRow.tsx';
import { layoutLog, linesOfRows, rowCount, rowOfLine } from './log-layout.ts';
import { RULER_CHARACTERS, useRuler } from './use-ruler.ts';

interface LogViewProps {
  lines: readonly LogLine[];
  search: string;
  wrap: boolean;
  /** The last line stays in view. */
  follow: boolean;
  onFollowChange: (follow: boolean) => void;
  marked: number | null;
  onMark: (number: number) => void;
  /** Brought into view when it changes. */
  target: number | null;
}

/** Draws only what is in view: a hundred thousand lines scroll like a hundred. */
export function LogView(props: LogViewProps) {
  const { lines, search, wrap, follow, onFollowChange, marked, onMark, target } = props;
  const zone = useZone();
  const box = useRef<HTMLElement>(null);
  const sample = useRef<HTMLSpanElement>(null);
  const viewport = useViewport(box);
  const ruler = useRuler(box, sample, LOG_PADDING_PX);
  const gutter = gutterFor(ruler.columns);
  const lengths = useMemo(() => lines.map((line) => displayText(line.text).length), [lines]);
  const layout = useMemo(
    () => layoutLog(lengths, wrap ? gutter.textColumns : null),
    [lengths, wrap, gutter.textColumns],
  );
  const rows = rowCount(layout);
  const [from, to] = linesOfRows(layout, ...visibleRange(rows, LOG_ROW_PX, viewport));
  const widest = useMemo(() => lengths.reduce((most, length) => Math.max(most, length), 0), [lengths]);

  useTarget(box, layout, lines, target);
  // biome-ignore lint/correctness/useExhaustiveDependencies: more rows are what is followed
  useLayoutEffect(() => {
    if (follow && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [follow, rows]);

  const watchEnd = useCallback(() => {
    const element = box.current;
    if (!element) return;
    const atEnd = element.scrollTop + element.clientHeight >= element.scrollHeight - LOG_ROW_PX;
    if (follow && !atEnd) onFollowChange(false);
  }, [follow, onFollowChange]);

  return (
    <section
      ref={box}
      aria-label="Log lines"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
      tabIndex={0}
      onScroll={watchEnd}
      className="relative max-h-[min(60dvh,640px)] overflow-auto font-mono text-small focus-visible:-outline-offset-2"
    >
      <span ref={sample} aria-hidden="true" className="invisible absolute">
        {'x'.repeat(RULER_CHARACTERS)}
      </span>
      <div
        className="relative min-w-full"
        style={{
          height: rows * LOG_ROW_PX,
          width: wrap ? undefined : (widest + gutter.characters) * ruler.characterPx + LOG_PADDING_PX,
        }}
      >
        <div className="absolute inset-x-0" style={{ top: rowOfLine(layout, from) * LOG_ROW_PX }}>
          {lines.slice(from, to).map((line) => (
            <LogRow
              key={line.number}
              line={line}
              zone={zone}
              gutter={gutter}
              wrap={wrap}
              search={search}
              isMarked={line.number === marked}
              onMark={onMark}
            />
          ))}
        </div>
      </div>
    </section>
  );
}

/** Brings the line that was linked to, or that failed, into the upper third, once. */
function useTarget(
  box: RefObject<HTMLElement | null>,
  layout: ReturnType<typeof layoutLog>,
  lines: readonly LogLine[],
  target: number | null,
) {
  const shown = useRef<number | null>(null);
  useEffect(() => {
    if (target === null || shown.current === target || !box.current) return;
    const index = lines[target - 1]?.number === target ? target - 1 : -1;
    if (index < 0) return; // not here yet, or filtered out
    shown.current = target;
    box.current.scrollTop = rowOfLine(layout, index) * LOG_ROW_PX - box.current.clientHeight / 3;
  }, [box, layout, lines, target]);
}
