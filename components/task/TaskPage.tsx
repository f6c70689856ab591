'use client';

import { useQuery } from '@tanstack/react-query';
import { ListChecks, RotateCcw } from 'lucide-react';
import { useMemo, useState } from 'react';
import { isFinal } from '#domain/task.ts';
import { Updated } from '../live/Updated.tsx';
import { PageCrumbs } from '../shell/ShellContext.tsx';
import { errorDetails, isApiError } from '../trpc/api-error.ts';
import { useTRPC } from '../trpc/trpc.ts';
import type { TaskDetail } from '../trpc/views.ts';
import { Button, ButtonLink } from '../ui/Button.tsx';
import { ErrorBanner, ErrorState } from '../ui/ErrorState.tsx';
import { PageHeader } from '../ui/PageHeader.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import { StateBlock } from '../ui/StateBlock.tsx';
import { TaskStateBadge } from '../ui/StatusBadge.tsx';
import { TASK_LOOKS } from '../ui/status-looks.ts';
import { CancelTaskDialog } from './CancelTaskDialog.tsx';
import { TaskLogCard } from './log/TaskLogCard.tsx';
import { failedStep } from './prepare-steps.ts';
import { TaskFacts } from './TaskFacts.tsx';
import { useRunAgain } from './use-run-again.ts';

/** The event stream tells sooner; this is for when it is away. */
const ASK_EVERY_MS = 5000;

export function TaskPage({ id }: { id: string }) {
  const trpc = useTRPC();
  const query = useQuery({
    ...trpc.task.get.queryOptions({ id }),
    refetchInterval: ({ state }) => (state.data && isFinal(state.data.state) ? false : ASK_EVERY_MS),
  });
  const { data: task, error } = query;
  if (!task && isApiError(error, 'TASK_NOT_FOUND', 'INPUT_INVALID')) return <Gone />;
  if (!task && error) {
    return (
      <ErrorState
        wholePage
        title="The task could not be loaded"
        error={errorDetails(error)}
        onRetry={() => void query.refetch()}
      />
    );
  }
  return task ? (
    <Loaded task={task} updatedAt={query.dataUpdatedAt} />
  ) : (
    <Skeleton className="h-96 rounded-lg" />
  );
}

function Loaded({ task, updatedAt }: { task: TaskDetail; updatedAt: number }) {
  const [cancelling, setCancelling] = useState(false);
  const again = useRunAgain();
  const isOver = isFinal(task.state);
  const crumbs = useMemo(
    () => [
      { label: 'Backup Solution', href: '/' },
      { label: 'Tasks', href: '/tasks' },
      { label: task.title },
    ],
    [task.title],
  );
  return (
    <>
      <PageCrumbs crumbs={crumbs} />
      <PageHeader
        title={task.title}
        status={
          <TaskStateBadge
            state={task.state}
            since={(task.finishedAt ?? task.startedAt ?? task.createdAt).getTime()}
          />
        }
        meaning={<span className="font-mono text-table wrap-anywhere">{task.subject}</span>}
        actions={
          isOver ? (
            <RunAgain task={task} again={again} />
          ) : (
            <>
              <Updated at={updatedAt} />
              <Button
                onClick={() => setCancelling(true)}
                disabledReason={task.cancelRequestedAt && 'It is asked to stop already'}
              >
                {task.cancelRequestedAt ? 'Stopping' : 'Cancel'}
              </Button>
            </>
          )
        }
      />
      <p role="status" className="sr-only">
        {task.title}: {TASK_LOOKS[task.state].word}
      </p>
      {again.error && (
        <ErrorBanner title="The task was not run again" error={again.error} onDismiss={again.clearError} />
      )}
      {task.state === 'failed' && <Cause task={task} />}
      <TaskFacts task={task} />
      <TaskLogCard task={task} />
      <CancelTaskDialog task={task} open={cancelling} onOpenChange={setCancelling} />
    </>
  );
}

/** Where it went well and cannot be repeated there is nothing to press, and nothing to explain. */
function RunAgain({ task, again }: { task: TaskDetail; again: ReturnType<typeof useRunAgain> }) {
  const { id, state, notAgain } = task;
  if (notAgain !== null && state !== 'failed' && state !== 'cancelled') return null;
  return (
    <Button
      icon={<RotateCcw />}
      onClick={() => again.runAgain(id)}
      pending={again.pending}
      disabledReason={notAgain}
    >
      Run again
    </Button>
  );
}

/** The cause on top, in plain words with the fix; the log below stands at the line that failed. */
function Cause({ task }: { task: TaskDetail }) {
  const step = failedStep(task);
  const error = task.error ?? { code: 'TASK_FAILED', message: task.outcome ?? 'The task failed.' };
  return <ErrorBanner title={step ? `Failed at “${step}”` : 'The task failed'} error={error} />;
}

function Gone() {
  return (
    <StateBlock
      wholePage
      icon={<ListChecks />}
      title="There is no such task"
      actions={<ButtonLink href="/tasks">All tasks</ButtonLink>}
    >
      <p>It is older than tasks are kept, belongs to someone else, or the link is mistyped.</p>
    </StateBlock>
  );
}
