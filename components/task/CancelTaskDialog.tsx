'use client';

import { useMutation } from '@tanstack/react-query';
import { cancelCommands } from '../commands/task-commands.ts';
import { maybeErrorDetails } from '../trpc/api-error.ts';
import { useTRPC } from '../trpc/trpc.ts';
import type { TaskView } from '../trpc/views.ts';
import { CommandLine } from '../ui/CommandLine.tsx';
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx';
import { ErrorBanner } from '../ui/ErrorState.tsx';

interface CancelTaskDialogProps {
  task: TaskView;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** Says what stopping leaves behind before it stops anything. */
export function CancelTaskDialog({ task, open, onOpenChange }: CancelTaskDialogProps) {
  const trpc = useTRPC();
  const cancel = useMutation({
    ...trpc.task.cancel.mutationOptions(),
    onSuccess: () => onOpenChange(false),
  });
  const error = maybeErrorDetails(cancel.error);
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Stop “${task.title}”?`}
      description={task.onCancel}
      confirmLabel="Stop task"
      danger
      pending={cancel.isPending}
      error={error && <ErrorBanner title="The task was not stopped" error={error} />}
      onConfirm={() => cancel.mutate({ id: task.id })}
    >
      <CommandLine forms={cancelCommands(task.id)} />
    </ConfirmDialog>
  );
}
