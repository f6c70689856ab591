'use client';

import Link from 'next/link';
import { cn } from '../ui/class-names.ts';
import { Tooltip } from '../ui/Tooltip.tsx';
import { useRovingFocus } from '../ui/use-roving-focus.ts';
import { prepareBarRow } from './prepare-run-bars.ts';

export interface BarSeries {
  label: string;
  /** What the top of the row stands for: "at most 3.1 GiB". */
  scale: (max: number) => string;
  /** One for each run; null is a gap. */
  values: readonly (number | null)[];
  className: string;
}

export interface BarRun {
  id: string;
  href: string;
  /** Everything about it in words, with numbers. */
  words: string;
}

interface RunBarsProps {
  /** Oldest first. */
  runs: readonly BarRun[];
  series: readonly BarSeries[];
  /** Names the whole. */
  label: string;
}

const ROW = 'h-12';

/** A column for each run, a row for each measure, each row from zero. Arrow keys step from run to run. */
export function RunBars({ runs, series, label }: RunBarsProps) {
  const { onKeyDown, stopProps } = useRovingFocus(runs.map(({ id }) => id));
  const rows = series.map((one) => ({ ...one, ...prepareBarRow(one.values) }));
  return (
    <div className="flex min-w-0 gap-4">
      <dl className="grid shrink-0 gap-1 text-small">
        {rows.map((row) => (
          <div key={row.label} className={cn('flex flex-col justify-end', ROW)}>
            <dt className="flex items-center gap-1.5 font-medium">
              <span aria-hidden="true" className={cn('size-2.5 rounded-xs', row.className)} />
              {row.label}
            </dt>
            <dd className="text-muted">{row.scale(row.max)}</dd>
          </div>
        ))}
      </dl>
      <ul aria-label={label} onKeyDown={onKeyDown} className="flex min-w-0 flex-1">
        {runs.map((run, at) => (
          <li key={run.id} className="min-w-0 max-w-12 flex-1">
            <Tooltip content={run.words}>
              <Link
                href={run.href}
                aria-label={run.words}
                {...stopProps(run.id)}
                className="grid gap-1 rounded-sm px-px hover:bg-hover focus-visible:bg-hover focus-visible:-outline-offset-2 sm:px-0.5"
              >
                {rows.map((row) => (
                  <Bar key={row.label} share={row.shares[at] ?? null} className={row.className} />
                ))}
              </Link>
            </Tooltip>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Bar({ share, className }: { share: number | null; className: string }) {
  return (
    <span className={cn('flex items-end border-b', ROW)}>
      {share === null ? (
        <span className="w-full text-center text-small leading-none text-muted">×</span>
      ) : (
        <span style={{ height: `${share * 100}%` }} className={cn('w-full rounded-t-xs', className)} />
      )}
    </span>
  );
}
