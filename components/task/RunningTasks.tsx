import Link from 'next/link';
import type { TaskView } from '../trpc/views.ts';
import { Progress } from '../ui/Progress.tsx';
import { TaskStateBadge } from '../ui/StatusBadge.tsx';
import { taskHref, usualWords } from './task-words.ts';

/** What runs or waits now, each with how far it is. */
export function RunningTasks({ tasks }: { tasks: readonly TaskView[] }) {
  if (tasks.length === 0) return <p className="text-muted">Nothing is running.</p>;
  return (
    <ul className="grid gap-3">
      {tasks.map((task) => (
        <li key={task.id} className="grid min-w-0 gap-2 rounded-lg border p-3">
          <div className="flex min-w-0 items-baseline justify-between gap-3">
            <Link
              href={taskHref(task.id)}
              className="min-w-0 truncate font-medium underline-offset-2 hover:underline"
            >
              {task.title}
            </Link>
            <TaskStateBadge state={task.state} since={(task.startedAt ?? task.createdAt).getTime()} />
          </div>
          <p className="flex min-w-0 justify-between gap-3 text-small text-muted">
            <span className="min-w-0 truncate font-mono">{task.subject}</span>
            <span className="shrink-0">{usualWords(task)}</span>
          </p>
          {task.state === 'running' && task.progress && (
            <Progress progress={task.progress} label={`${task.title} ${task.subject}`} />
          )}
        </li>
      ))}
    </ul>
  );
}
