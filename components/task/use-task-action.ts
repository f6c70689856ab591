'use client';

import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { isFinal } from '#domain/task.ts';
import { errorDetails } from '../trpc/api-error.ts';
import { useTRPC } from '../trpc/trpc.ts';
import type { TaskDetail } from '../trpc/views.ts';
import type { ErrorDetails } from '../ui/error-details.ts';

/** The event stream tells sooner; this is for when it is away. */
const ASK_EVERY_MS = 2000;

interface Handlers {
  /** The task went well. */
  onDone?: (task: TaskDetail) => void;
}

/**
 * A wish that becomes a task, followed to its end: `start` sends it, `pending` holds until the task is over, and
 * its failure is told like a refusal.
 */
export function useTaskAction<Input>(
  send: (input: Input) => Promise<{ taskId: string | null }>,
  { onDone }: Handlers = {},
) {
  const trpc = useTRPC();
  const [sending, setSending] = useState(false);
  const [taskId, setTaskId] = useState<string | null>(null);
  const [error, setError] = useState<ErrorDetails | null>(null);
  const done = useRef(onDone);
  useEffect(() => {
    done.current = onDone;
  }, [onDone]);

  const { data: task } = useQuery({
    ...trpc.task.get.queryOptions({ id: taskId ?? '' }),
    enabled: taskId !== null,
    refetchInterval: ASK_EVERY_MS,
  });

  useEffect(() => {
    if (taskId === null || task?.id !== taskId || !isFinal(task.state)) return;
    setTaskId(null);
    if (task.state === 'succeeded' || task.state === 'warnings') done.current?.(task);
    else setError(failureOf(task));
  }, [task, taskId]);

  const start = async (input: Input) => {
    setError(null);
    setSending(true);
    try {
      setTaskId((await send(input)).taskId);
    } catch (refused) {
      setError(errorDetails(refused));
    } finally {
      setSending(false);
    }
  };
  return { start, pending: sending || taskId !== null, task, error, clearError: () => setError(null) };
}

function failureOf(task: TaskDetail): ErrorDetails {
  if (task.error) return task.error;
  return { code: 'CANCELLED', message: task.outcome ?? 'The task was cancelled.' };
}
