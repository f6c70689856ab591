'use client';

import { ChevronRight } from 'lucide-react';
import Link from 'next/link';
import { useId, useState } from 'react';
import { taskObject, taskObjects } from '#domain/task-object.ts';
import { formatCount, formatRelative } from '#domain/units.ts';
import type { TaskCause } from '../trpc/views.ts';
import { cn } from '../ui/class-names.ts';
import { StatusGlyph } from '../ui/StatusGlyph.tsx';
import type { TableState } from '../ui/table/table-state.ts';
import { RelativeTime } from '../ui/time/RelativeTime.tsx';
import { useNow } from '../ui/time/TimeProvider.tsx';
import { causeHref, resultWords, taskHref } from './task-words.ts';

/** One cause; its newest tasks are inside. */
export function CauseRow({ cause, state }: { cause: TaskCause; state: TableState }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const now = useNow();
  const { title, code, count, tasks } = cause;
  const [newest] = tasks;
  const isOpen = cause.open > 0;
  return (
    <li className="border-b last:border-b-0">
      <button
        type="button"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
        className="grid w-full cursor-default grid-cols-[16px_12px_minmax(0,1fr)] items-baseline gap-x-2 px-4 py-2.5 text-left text-table hover:bg-hover focus-visible:-outline-offset-2"
      >
        <ChevronRight
          aria-hidden="true"
          className={cn('size-3.5 translate-y-0.5 text-muted', open && 'rotate-90')}
        />
        <StatusGlyph
          glyph={isOpen ? 'cross' : 'check'}
          tone={isOpen ? 'err' : 'muted'}
          className="translate-y-px"
        />
        <span className="grid min-w-0 gap-0.5">
          <span className="flex min-w-0 flex-wrap items-baseline gap-x-2">
            <span className="font-medium">
              {formatCount(count)} × <span className="font-mono text-small wrap-anywhere">{code}</span>
            </span>
            <span>{title}</span>
            <span className="font-mono text-small text-muted wrap-anywhere">{taskObjects(tasks)}</span>
          </span>
          <span className="wrap-anywhere text-muted">{newest && resultWords(newest)}</span>
          <span className="flex flex-wrap gap-x-2 text-muted">
            <span>{sinceWords(cause, now)}</span>
            <span className={cn(isOpen && 'text-err')}>{openWords(cause)}</span>
          </span>
        </span>
      </button>
      <div id={id} hidden={!open} className="border-t bg-surface py-1">
        {open && <Tasks cause={cause} state={state} />}
      </div>
    </li>
  );
}

/** `Since 3 d ago, last 5 h ago.` */
function sinceWords({ count, since, last }: TaskCause, now: number): string {
  const [first, newest] = [formatRelative(since.getTime(), now), formatRelative(last.getTime(), now)];
  return count === 1 ? `Once, ${newest}.` : `Since ${first}, last ${newest}.`;
}

function openWords({ open, works }: TaskCause): string {
  if (open === 0) return 'Went well since.';
  if (works === 1) return 'Has not gone well since.';
  return `${formatCount(open)} of ${formatCount(works)} have not gone well since.`;
}

function Tasks({ cause, state }: { cause: TaskCause; state: TableState }) {
  const { tasks, count } = cause;
  return (
    <>
      <ul>
        {tasks.map((task) => (
          <li
            key={task.id}
            className="flex min-w-0 flex-wrap items-baseline gap-x-3 px-4 py-1 pl-[58px] text-table"
          >
            <Link href={taskHref(task.id)} className="font-medium underline-offset-2 hover:underline">
              {task.title}{' '}
              <span className="font-mono text-small font-normal wrap-anywhere">{taskObject(task)}</span>
            </Link>
            <span className="text-muted">
              <RelativeTime at={task.createdAt.getTime()} /> by {task.createdBy}
            </span>
          </li>
        ))}
      </ul>
      <p className="px-4 py-1.5 pl-[58px] text-table">
        <Link
          href={causeHref(cause, state)}
          className="rounded-sm text-accent underline-offset-2 hover:underline"
        >
          {count > tasks.length ? `All ${formatCount(count)} in the list` : 'Show in the list'}
        </Link>
      </p>
    </>
  );
}
