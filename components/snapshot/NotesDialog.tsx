'use client';

import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { NOTES_MAX } from '#domain/snapshot.ts';
import { notesCommands } from '../commands/snapshot-commands.ts';
import { useTaskAction } from '../task/use-task-action.ts';
import { useTRPC } from '../trpc/trpc.ts';
import type { SnapshotView } from '../trpc/views.ts';
import { Button } from '../ui/Button.tsx';
import { CommandLine } from '../ui/CommandLine.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { ErrorBanner } from '../ui/ErrorState.tsx';
import { Field } from '../ui/forms/Field.tsx';
import { Textarea } from '../ui/forms/Input.tsx';
import { toastSuccess } from '../ui/Toaster.tsx';
import { snapshotInput, snapshotLabel } from './snapshot-words.ts';

interface NotesDialogProps {
  snapshot: SnapshotView;
  onClose: () => void;
}

export function NotesDialog({ snapshot, onClose }: NotesDialogProps) {
  const trpc = useTRPC();
  const id = useId();
  const [notes, setNotes] = useState(snapshot.notes);
  const { mutateAsync } = useMutation(trpc.snapshot.update.mutationOptions());
  const { start, pending, error } = useTaskAction(mutateAsync, {
    onDone: () => {
      toastSuccess('Notes saved');
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!pending) void start({ ...snapshotInput(snapshot), notes });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Notes"
      description={snapshotLabel(snapshot)}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={id} variant="primary" pending={pending}>
            Save notes
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={submit} className="grid gap-4">
        {error && <ErrorBanner title="The notes were not saved" error={error} />}
        <Field label="Notes" help="Kept in the snapshot itself, so they move with it.">
          <Textarea
            rows={6}
            maxLength={NOTES_MAX}
            value={notes}
            onChange={(event) => setNotes(event.target.value)}
          />
        </Field>
        <CommandLine forms={notesCommands(snapshot, notes)} />
      </form>
    </Dialog>
  );
}
