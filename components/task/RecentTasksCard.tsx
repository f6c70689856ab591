'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { taskObject } from '#domain/task-object.ts';
import { useTRPC } from '../trpc/trpc.ts';
import type { TaskView } from '../trpc/views.ts';
import { Card } from '../ui/Card.tsx';
import { TaskStateBadge } from '../ui/StatusBadge.tsx';
import { RelativeTime } from '../ui/time/RelativeTime.tsx';
import { RECENT_TASKS } from './recent-tasks.ts';
import { resultWords, taskHref } from './task-words.ts';

/** The last few tasks of a datastore; all of them are one click away. */
export function RecentTasksCard({ datastore }: { datastore: string }) {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.task.list.queryOptions({ datastore, limit: RECENT_TASKS }));
  return (
    <Card
      title="Recent tasks"
      actions={
        <Link
          href={`/tasks?datastore=${encodeURIComponent(datastore)}`}
          className="rounded-sm text-table text-accent underline-offset-2 hover:underline"
        >
          All tasks
        </Link>
      }
    >
      {data?.tasks.length === 0 && <p className="text-muted">None yet.</p>}
      <ul className="grid">
        {data?.tasks.map((task) => (
          <li
            key={task.id}
            className="grid gap-x-3 border-b py-1.5 text-table last:border-b-0 sm:grid-cols-[104px_minmax(0,1fr)_auto]"
          >
            <TaskStateBadge state={task.state} />
            <p className="line-clamp-2 min-w-0 wrap-anywhere" title={resultWords(task)}>
              <Link href={taskHref(task.id)} className="font-medium underline-offset-2 hover:underline">
                {task.title}
              </Link>{' '}
              {placeIn(datastore, task) && (
                <span className="font-mono text-small">{placeIn(datastore, task)} </span>
              )}
              <span className="text-muted">{resultWords(task)}</span>
            </p>
            <span className="text-muted">
              <RelativeTime at={task.createdAt.getTime()} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** What in the datastore it is about; nothing when that is all of it. */
function placeIn(datastore: string, task: TaskView): string {
  const object = taskObject(task);
  return object.startsWith(`${datastore}:`) ? object.slice(datastore.length + 1) : '';
}
