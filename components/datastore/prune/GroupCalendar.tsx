'use client';

import { ChevronDown, ChevronRight } from 'lucide-react';
import { useMemo, useState } from 'react';
import { cn } from '../../ui/class-names.ts';
import { Tooltip } from '../../ui/Tooltip.tsx';
import { useRovingFocus } from '../../ui/use-roving-focus.ts';
import { CELL_LOOKS } from './cell-looks.ts';
import { type CalendarCell, type CalendarMonth, type CalendarYear, LETTERS } from './prepare-calendar.ts';

/** Years of one group, newest first; only the newest is open at first. */
export function GroupCalendar({ years, label }: { years: readonly CalendarYear[]; label: string }) {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-1">
      {years.map((year, at) => (
        <Year key={year.year} year={year} label={label} openAtFirst={at === 0} />
      ))}
    </div>
  );
}

interface YearProps {
  year: CalendarYear;
  label: string;
  openAtFirst: boolean;
}

function Year({ year, label, openAtFirst }: YearProps) {
  const [open, setOpen] = useState(openAtFirst);
  const Chevron = open ? ChevronDown : ChevronRight;
  return (
    <section>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex h-8 cursor-default items-center gap-1.5 rounded-sm pr-2 hover:bg-hover"
      >
        <Chevron aria-hidden="true" className="size-4 text-muted" />
        <span className="font-medium">{year.year}</span>
        <span className="text-table text-muted">{year.words}</span>
      </button>
      {open && <Months year={year} label={label} />}
    </section>
  );
}

const DAYS = Array.from({ length: 31 }, (_, at) => at + 1);

function Months({ year, label }: { year: CalendarYear; label: string }) {
  const ids = useMemo(
    () => year.months.flatMap(({ cells }) => [...cells.values()].sort(byDay).map(({ date }) => date)),
    [year],
  );
  const { onKeyDown, stopProps } = useRovingFocus(ids);
  return (
    <div className="overflow-x-auto pt-1 pb-2">
      <table onKeyDown={onKeyDown} className="border-separate border-spacing-0.5 text-small">
        <caption className="sr-only">
          {label}, {year.year}
        </caption>
        <thead>
          <tr>
            <td className="sticky left-0 w-10 bg-bg" />
            {DAYS.map((day) => (
              <th key={day} scope="col" className="w-7 min-w-7 font-normal text-muted">
                {day}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {year.months.map((month) => (
            <Month key={month.month} month={month} stopProps={stopProps} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function byDay(a: CalendarCell, b: CalendarCell): number {
  return a.day - b.day;
}

type StopProps = ReturnType<typeof useRovingFocus>['stopProps'];

function Month({ month, stopProps }: { month: CalendarMonth; stopProps: StopProps }) {
  return (
    <tr>
      <th scope="row" className="sticky left-0 bg-bg pr-2 text-left font-medium">
        {month.name}
      </th>
      {DAYS.map((day) => {
        const cell = month.cells.get(day);
        return (
          <td key={day} className="p-0">
            {cell ? (
              <Day cell={cell} stop={stopProps(cell.date)} />
            ) : (
              <span className={cn('block h-7', day <= month.days && 'bg-surface')} />
            )}
          </td>
        );
      })}
    </tr>
  );
}

function Day({ cell, stop }: { cell: CalendarCell; stop: ReturnType<StopProps> }) {
  const { look, count, words, lines, differs } = cell;
  return (
    <Tooltip content={<DayLines cell={cell} />}>
      <button
        type="button"
        aria-label={`${words}. ${lines.join('. ')}`}
        {...stop}
        className={cn(
          'flex h-7 w-full min-w-7 cursor-default items-center justify-center gap-px rounded-xs border',
          CELL_LOOKS[look],
          differs && 'ring-2 ring-text',
        )}
      >
        <span className="font-semibold">{LETTERS[look].letter}</span>
        {count > 1 && <span>{count > 99 ? '+' : count}</span>}
      </button>
    </Tooltip>
  );
}

function DayLines({ cell }: { cell: CalendarCell }) {
  return (
    <span className="grid">
      <span className="font-medium">{cell.words}</span>
      {cell.lines.map((line) => (
        <span key={line} className="text-muted">
          {line}
        </span>
      ))}
    </span>
  );
}
