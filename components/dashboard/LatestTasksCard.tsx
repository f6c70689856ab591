'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { formatCount } from '#domain/units.ts';
import { listTasksCommand } from '../commands/task-commands.ts';
import { resultWords, taskHref } from '../task/task-words.ts';
import { useTRPC } from '../trpc/trpc.ts';
import type { Overview } from '../trpc/views.ts';
import { Card } from '../ui/Card.tsx';
import { CommandHint } from '../ui/CommandHint.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import { TaskStateBadge } from '../ui/StatusBadge.tsx';
import { RelativeTime } from '../ui/time/RelativeTime.tsx';
import { ENDED_TASKS } from './dashboard-queries.ts';
import { failuresHref } from './dashboard-words.ts';
import { LATEST_MAX, type LatestTask, prepareLatest } from './prepare-latest.ts';
import { TasksLink } from './TasksLink.tsx';

/** What failed and was not made good, then what ended last. */
export function LatestTasksCard({ failures }: { failures: Overview['failures'] }) {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.task.list.queryOptions(ENDED_TASKS));
  const rows = data && prepareLatest(failures, data.tasks);
  return (
    <Card
      title="Recent tasks"
      note="failed ones of the last 7 days first"
      actions={<TasksLink>All tasks</TasksLink>}
      footer={<CommandHint text={listTasksCommand({})} />}
    >
      {!rows && <Skeleton className="h-112 rounded-lg" />}
      {rows?.length === 0 && <p className="text-muted">None yet.</p>}
      <ul className="grid">
        {rows?.slice(0, LATEST_MAX).map((row) => (
          <TaskLine key={row.task.id} row={row} />
        ))}
      </ul>
    </Card>
  );
}

function TaskLine({ row }: { row: LatestTask }) {
  const { task, objects, times, several, resolved } = row;
  const ended = task.finishedAt ?? task.createdAt;
  return (
    <li className="grid min-w-0 grid-cols-[minmax(0,1fr)_auto] items-baseline gap-x-3 gap-y-0.5 border-b py-2 text-table last:border-b-0 md:grid-cols-[104px_minmax(0,1fr)_auto]">
      <TaskStateBadge state={task.state} />
      <div className="col-span-2 row-start-2 grid min-w-0 md:col-span-1 md:col-start-2 md:row-start-1">
        <p className="min-w-0 wrap-anywhere">
          <Link
            href={several ? failuresHref(task.kind) : taskHref(task.id)}
            className="font-medium underline-offset-2 hover:underline"
          >
            {task.title} <span className="font-mono text-small font-normal">{objects}</span>
          </Link>
          {times > 1 && (
            <span className={resolved ? 'text-muted' : 'text-err'}> {formatCount(times)} times</span>
          )}
        </p>
        <p className="line-clamp-2 wrap-anywhere text-muted">
          {resolved && 'Went well later. '}
          {resultWords(task)}
        </p>
      </div>
      <span className="col-start-2 row-start-1 text-right text-muted md:col-start-3">
        <RelativeTime at={ended.getTime()} />
      </span>
    </li>
  );
}
