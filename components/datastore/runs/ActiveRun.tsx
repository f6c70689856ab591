'use client';

import Link from 'next/link';
import { useState } from 'react';
import { CancelTaskDialog } from '../../task/CancelTaskDialog.tsx';
import { taskHref, usualWords } from '../../task/task-words.ts';
import type { TaskView } from '../../trpc/views.ts';
import { Button } from '../../ui/Button.tsx';
import { Progress } from '../../ui/Progress.tsx';
import { TaskStateBadge } from '../../ui/StatusBadge.tsx';

/** What is on its way: how far, since when, and the way to stop it. */
export function ActiveRun({ task }: { task: TaskView }) {
  const [cancelling, setCancelling] = useState(false);
  const { state, progress, title, subject, cancelRequestedAt } = task;
  return (
    <div className="grid gap-3 rounded-md border border-info/40 bg-info/6 p-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 text-table">
        <TaskStateBadge state={state} since={(task.startedAt ?? task.createdAt).getTime()} />
        <span className="text-muted">by {task.createdBy}</span>
        {task.usualMs !== null && <span className="text-muted">{usualWords(task)}</span>}
        <span className="ml-auto flex items-center gap-3">
          <TaskLink id={task.id}>Open log</TaskLink>
          <Button
            size="small"
            onClick={() => setCancelling(true)}
            disabledReason={cancelRequestedAt && 'It is asked to stop already'}
          >
            {cancelRequestedAt ? 'Stopping' : 'Stop…'}
          </Button>
        </span>
      </div>
      {state === 'queued' ? (
        <p className="text-muted">It waits for what the worker does before it.</p>
      ) : (
        <Progress progress={progress ?? { phase: 'Starting' }} label={`${title} of ${subject}`} />
      )}
      <CancelTaskDialog task={task} open={cancelling} onOpenChange={setCancelling} />
    </div>
  );
}

export function TaskLink({ id, children }: { id: string; children: string }) {
  return (
    <Link href={taskHref(id)} className="rounded-sm text-accent underline-offset-2 hover:underline">
      {children}
    </Link>
  );
}
