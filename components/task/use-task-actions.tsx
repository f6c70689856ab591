'use client';

import { Copy, RotateCcw, ScrollText, Square } from 'lucide-react';
import { useState } from 'react';
import { isFinal } from '#domain/task.ts';
import type { TaskView } from '../trpc/views.ts';
import { copyText } from '../ui/copy-text.ts';
import { ErrorBanner } from '../ui/ErrorState.tsx';
import type { MenuEntry } from '../ui/Menu.tsx';
import { CancelTaskDialog } from './CancelTaskDialog.tsx';
import { taskHref } from './task-words.ts';
import { useRunAgain } from './use-run-again.ts';

/** Every act on a task, as menu entries; `dialogs` and `problem` belong somewhere on the page. */
export function useTaskActions() {
  const { runAgain, error, clearError } = useRunAgain();
  const [cancelling, setCancelling] = useState<TaskView | null>(null);

  const entriesOf = (task: TaskView): MenuEntry[] => [
    { label: 'Open log', icon: <ScrollText />, href: taskHref(task.id) },
    {
      label: 'Run again',
      icon: <RotateCcw />,
      onSelect: () => runAgain(task.id),
      disabledReason: task.notAgain,
    },
    {
      label: 'Cancel…',
      icon: <Square />,
      onSelect: () => setCancelling(task),
      disabledReason: isFinal(task.state)
        ? 'It has ended'
        : task.cancelRequestedAt && 'It is asked to stop already',
    },
    { label: 'Copy id', icon: <Copy />, onSelect: () => void copyText(task.id) },
  ];
  const dialogs = cancelling && (
    <CancelTaskDialog task={cancelling} open onOpenChange={(open) => !open && setCancelling(null)} />
  );
  const problem = error && (
    <ErrorBanner title="The task was not run again" error={error} onDismiss={clearError} />
  );
  return { entriesOf, dialogs, problem };
}
