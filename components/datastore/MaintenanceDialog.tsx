'use client';

import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import type { MaintenanceMode } from '#domain/datastore.ts';
import { maintenanceCommands } from '../commands/datastore-commands.ts';
import { useTaskAction } from '../task/use-task-action.ts';
import { useTRPC } from '../trpc/trpc.ts';
import type { DatastoreView } from '../trpc/views.ts';
import { Button } from '../ui/Button.tsx';
import { CommandLine } from '../ui/CommandLine.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { ErrorBanner } from '../ui/ErrorState.tsx';
import { Field } from '../ui/forms/Field.tsx';
import { Input } from '../ui/forms/Input.tsx';
import { type RadioCard, RadioCards } from '../ui/forms/RadioCards.tsx';
import { Progress } from '../ui/Progress.tsx';
import { toastSuccess } from '../ui/Toaster.tsx';

type Choice = MaintenanceMode | 'off';

const MESSAGE_MAX = 64;

const CHOICES: RadioCard<Choice>[] = [
  { value: 'off', title: 'In service', description: 'Backups and restores are accepted.' },
  { value: 'read-only', title: 'Read-only', description: 'Restores work; new backups are refused.' },
  {
    value: 'offline',
    title: 'Offline',
    description:
      'Everything new is refused; running work is waited for, then the storage is let go and can be unmounted.',
  },
];

interface MaintenanceDialogProps {
  datastore: DatastoreView;
  onClose: () => void;
}

export function MaintenanceDialog({ datastore, onClose }: MaintenanceDialogProps) {
  const trpc = useTRPC();
  const id = useId();
  const { name, maintenance } = datastore;
  const [choice, setChoice] = useState<Choice>(maintenance?.mode ?? 'off');
  const [message, setMessage] = useState(maintenance?.message ?? '');
  const mode = choice === 'off' ? null : choice;
  const { mutateAsync } = useMutation(trpc.datastore.maintenance.mutationOptions());
  const { start, pending, task, error } = useTaskAction(mutateAsync, {
    onDone: (done) => {
      toastSuccess(done.outcome ?? `${name} has changed its mode`);
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void start({ name, mode, message: mode === null ? '' : message });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Maintenance of ${name}`}
      description="Holds for everyone until it is taken back. The message is shown on the datastore."
      footer={
        <>
          <Button onClick={onClose}>{pending ? 'Close' : 'Cancel'}</Button>
          <Button type="submit" form={id} variant="primary" pending={pending}>
            {mode === null ? 'Put in service' : `Set ${mode} mode`}
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={submit} className="grid gap-4">
        {error && <ErrorBanner title="The mode was not changed" error={error} />}
        <RadioCards label="Mode" cards={CHOICES} value={choice} onChange={setChoice} columns={1} />
        {mode !== null && (
          <Field label="Message" help="Why, and until when." optional>
            <Input
              value={message}
              maxLength={MESSAGE_MAX}
              onChange={(event) => setMessage(event.target.value)}
            />
          </Field>
        )}
        {pending && task?.progress && <Progress progress={task.progress} label={`Maintenance of ${name}`} />}
        <CommandLine forms={maintenanceCommands(name, mode, message)} />
      </form>
    </Dialog>
  );
}
