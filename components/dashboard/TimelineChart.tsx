'use client';

import Link from 'next/link';
import { useState } from 'react';
import { formatCount } from '#domain/units.ts';
import { datastoreHref } from '../datastore/datastore-words.ts';
import { jobHref, jobTitle } from '../datastore/job-words.ts';
import { Button } from '../ui/Button.tsx';
import { cn } from '../ui/class-names.ts';
import { Tooltip } from '../ui/Tooltip.tsx';
import { useRovingFocus } from '../ui/use-roving-focus.ts';
import { hourTicks, OFTEN, type Timeline, type TimelineLane, type TimelineRun } from './prepare-timeline.ts';

const SHOWN_MAX = 8;
/** Of a mark, px: its place is counted in what is left, so that the last one is whole. */
const MARK = 18;

const LOOKS: Readonly<Record<string, string>> = {
  prune: 'bg-maintenance',
  gc: 'bg-accent',
  verify: 'bg-info',
};
const OTHER = 'bg-muted';

/** A row for each datastore, a lane for each job, a mark for each start. Arrow keys step from mark to mark. */
export function TimelineChart({ timeline, from, zone }: { timeline: Timeline; from: number; zone: string }) {
  const [all, setAll] = useState(false);
  const rows = all ? timeline.rows : timeline.rows.slice(0, SHOWN_MAX);
  const { onKeyDown, stopProps } = useRovingFocus(
    rows.flatMap(({ lanes }) => lanes.flatMap(({ runs }) => runs.map(({ id }) => id))).toReversed(),
  );
  const kinds = [...new Set(rows.flatMap(({ lanes }) => lanes.map(({ kind }) => kind)))];
  return (
    <div className="grid gap-2 px-4 pb-3">
      <Hours from={from} zone={zone} />
      <ul aria-label="What starts in the next 24 hours" onKeyDown={onKeyDown} className="grid">
        {rows.map(({ name, lanes }) => (
          <li
            key={name}
            className="grid items-center gap-x-4 border-t py-1 sm:grid-cols-[144px_minmax(0,1fr)]"
          >
            <Link
              href={datastoreHref(name)}
              className="min-w-0 truncate text-table font-medium underline-offset-2 hover:underline"
            >
              {name}
            </Link>
            <div className="grid min-w-0 gap-0.5 py-0.5">
              {lanes.map((lane) => (
                <Lane key={lane.id} lane={lane} stopProps={stopProps} />
              ))}
            </div>
          </li>
        ))}
      </ul>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-small text-muted">
        {kinds.map((kind) => (
          <span key={kind} className="flex items-center gap-1.5">
            <Letter kind={kind} className="size-4" />
            {jobTitle(kind)}
          </span>
        ))}
        {timeline.rows.length > SHOWN_MAX && (
          <Button size="small" className="ml-auto" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? 'Show fewer' : `Show all ${formatCount(timeline.rows.length)}`}
          </Button>
        )}
      </div>
    </div>
  );
}

function Hours({ from, zone }: { from: number; zone: string }) {
  return (
    <div aria-hidden="true" className="relative h-4 text-small text-muted sm:ml-40">
      <span className="absolute left-0">now</span>
      {hourTicks(from, zone).map(({ left, text, major }) => (
        <span
          key={text}
          style={{ left: placeOf(left) }}
          className={cn('absolute -translate-x-1/2', !major && 'max-sm:hidden', left < 0.06 && 'hidden')}
        >
          {text}
        </span>
      ))}
    </div>
  );
}

interface LaneProps {
  lane: TimelineLane;
  stopProps: ReturnType<typeof useRovingFocus>['stopProps'];
}

function Lane({ lane, stopProps }: LaneProps) {
  const isOften = lane.runs.length > OFTEN;
  return (
    <div className="relative h-4.5 rounded-xs bg-surface">
      {lane.runs.map((run) => (
        <Tooltip key={run.id} content={run.words}>
          <Link
            href={jobHref(run.name, run.kind)}
            aria-label={run.words}
            {...stopProps(run.id)}
            style={{ left: placeOf(run.left), width: widthOf(run, isOften) }}
            className="absolute inset-y-0 grid rounded-xs hover:brightness-110 focus-visible:outline-offset-1"
          >
            <Mark run={run} isSmall={isOften} />
          </Link>
        </Tooltip>
      ))}
    </div>
  );
}

function Mark({ run, isSmall }: { run: TimelineRun; isSmall: boolean }) {
  const { kind, state } = run;
  if (state === 'planned') return <Letter kind={kind} isSmall={isSmall} />;
  const tone = state === 'overdue' ? 'border-err text-err' : 'border-warn text-warn';
  return (
    <span
      className={cn(
        'grid place-items-center rounded-xs border-2 bg-bg text-small leading-none font-semibold',
        tone,
      )}
    >
      {state === 'overdue' ? '!' : '…'}
    </span>
  );
}

function Letter({
  kind,
  isSmall = false,
  className,
}: {
  kind: string;
  isSmall?: boolean;
  className?: string;
}) {
  return (
    <span
      aria-hidden="true"
      className={cn(
        'flex items-center overflow-hidden rounded-xs px-1 text-small leading-none font-semibold text-bg',
        LOOKS[kind] ?? OTHER,
        className,
      )}
    >
      {!isSmall && kind.charAt(0).toUpperCase()}
    </span>
  );
}

function placeOf(share: number): string {
  return `calc(${share} * (100% - ${MARK}px))`;
}

/** As long as it usually takes, and never too narrow to be seen or hit; of what runs very often only the starts. */
function widthOf({ width }: TimelineRun, isOften: boolean): string {
  return isOften ? '6px' : `max(${MARK}px, calc(${width} * (100% - ${MARK}px)))`;
}
