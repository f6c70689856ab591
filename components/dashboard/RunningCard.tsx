'use client';

import { useQuery } from '@tanstack/react-query';
import { formatCount } from '#domain/units.ts';
import { listTasksCommand } from '../commands/task-commands.ts';
import { RUNNING_TASKS } from '../shell/running-tasks.ts';
import { RunningTasks } from '../task/RunningTasks.tsx';
import { useTRPC } from '../trpc/trpc.ts';
import { Card } from '../ui/Card.tsx';
import { CommandHint } from '../ui/CommandHint.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import { TasksLink } from './TasksLink.tsx';

const SHOWN_MAX = 3;
const COMMAND = listTasksCommand({ states: RUNNING_TASKS.states });

/** What runs or waits now. It keeps room for one, so that nothing moves when it comes and goes. */
export function RunningCard() {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.task.list.queryOptions(RUNNING_TASKS));
  const tasks = data?.tasks ?? [];
  const more = tasks.length - SHOWN_MAX;
  return (
    <Card
      title="Running now"
      note={data && tasks.length > 0 && formatCount(tasks.length)}
      actions={<TasksLink query="state=running&state=queued">All running</TasksLink>}
      footer={<CommandHint text={COMMAND} />}
    >
      <div className="grid min-h-26 content-start gap-3 lg:min-h-44">
        {data ? <RunningTasks tasks={tasks.slice(0, SHOWN_MAX)} /> : <Skeleton className="h-24 rounded-lg" />}
        {more > 0 && <p className="text-table text-muted">and {formatCount(more)} more</p>}
      </div>
    </Card>
  );
}
