'use client';

import { useQuery } from '@tanstack/react-query';
import { RunningTasks } from '../task/RunningTasks.tsx';
import { useTRPC } from '../trpc/trpc.ts';
import { ButtonLink } from '../ui/Button.tsx';
import { RUNNING_TASKS } from './running-tasks.ts';
import { TaskCounter } from './TaskCounter.tsx';

/** The counter of the top bar, fed live. */
export function RunningTaskCounter() {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.task.list.queryOptions(RUNNING_TASKS));
  const tasks = data?.tasks ?? [];
  return (
    <TaskCounter running={tasks.length} footer={<ButtonLink href="/tasks">All tasks</ButtonLink>}>
      <RunningTasks tasks={tasks} />
    </TaskCounter>
  );
}
