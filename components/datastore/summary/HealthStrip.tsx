'use client';

import Link from 'next/link';
import { dayName } from '#domain/day.ts';
import { cn } from '../../ui/class-names.ts';
import { DAY_LOOKS } from '../../ui/day-looks.ts';
import { Tooltip } from '../../ui/Tooltip.tsx';
import { useRovingFocus } from '../../ui/use-roving-focus.ts';
import type { DayCell } from './prepare-days.ts';

/** A cell for each day, today last; arrow keys step from day to day. Three lines of thirty where it is narrow. */
export function HealthStrip({ name, cells }: { name: string; cells: readonly DayCell[] }) {
  const { onKeyDown, stopProps } = useRovingFocus(cells.map(({ day }) => day));
  const [first] = cells;
  return (
    <div className="grid gap-1">
      <ul
        aria-label={`How ${name} was, day by day`}
        onKeyDown={onKeyDown}
        className="grid grid-cols-[repeat(30,minmax(0,1fr))] gap-y-1.5 md:grid-cols-[repeat(90,minmax(0,1fr))]"
      >
        {cells.map(({ day, level, words, href }) => (
          <li key={day}>
            <Tooltip content={words}>
              <Link
                href={href}
                prefetch={false}
                aria-label={words}
                {...stopProps(day)}
                className="flex h-8 items-end rounded-xs px-px hover:bg-selected focus-visible:bg-selected focus-visible:outline-offset-0"
              >
                <span className={cn('w-full rounded-xs', DAY_LOOKS[level].className)} />
              </Link>
            </Tooltip>
          </li>
        ))}
      </ul>
      <p aria-hidden="true" className="flex justify-between text-small text-muted">
        <span>{first && dayName(first.day)}</span>
        <span>today</span>
      </p>
    </div>
  );
}
