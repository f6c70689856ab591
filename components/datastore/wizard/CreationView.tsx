'use client';

import { useMutation } from '@tanstack/react-query';
import { isFinal } from '#domain/task.ts';
import { TaskSteps } from '../../task/TaskSteps.tsx';
import { taskHref } from '../../task/task-words.ts';
import { maybeErrorDetails } from '../../trpc/api-error.ts';
import { useTRPC } from '../../trpc/trpc.ts';
import type { TaskDetail } from '../../trpc/views.ts';
import { Button, ButtonLink } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { ErrorBanner } from '../../ui/ErrorState.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { TaskStateBadge } from '../../ui/StatusBadge.tsx';

/** The task that makes the datastore, step by step; nothing half-made remains when it is stopped. */
export function CreationView({ task }: { task: TaskDetail | null }) {
  return task ? <Followed task={task} /> : <Skeleton className="h-52 rounded-lg" />;
}

function Followed({ task }: { task: TaskDetail }) {
  const trpc = useTRPC();
  const cancel = useMutation(trpc.task.cancel.mutationOptions());
  const error = maybeErrorDetails(cancel.error);
  return (
    <div className="grid gap-4">
      {error && <ErrorBanner title="The task was not cancelled" error={error} />}
      <Card
        title={`${task.title} ${task.subject}`}
        actions={<TaskStateBadge state={task.state} />}
        footer={task.onCancel && `If it is cancelled: ${task.onCancel}`}
      >
        <TaskSteps task={task} />
      </Card>
      <div className="flex flex-wrap gap-2">
        {!isFinal(task.state) && (
          <Button
            onClick={() => cancel.mutate({ id: task.id })}
            pending={cancel.isPending}
            disabledReason={task.cancelRequestedAt && 'It is asked to stop already'}
          >
            Cancel
          </Button>
        )}
        <ButtonLink href={taskHref(task.id)} variant="ghost">
          Open task and log
        </ButtonLink>
      </div>
    </div>
  );
}
