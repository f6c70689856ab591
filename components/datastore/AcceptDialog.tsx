'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, useId, useRef, useState } from 'react';
import { ACCEPT_REASON_MIN } from '#domain/datastore.ts';
import { acceptCommands } from '../commands/datastore-commands.ts';
import { taskHref } from '../task/task-words.ts';
import { maybeErrorDetails } from '../trpc/api-error.ts';
import { useTRPC } from '../trpc/trpc.ts';
import type { DatastoreView } from '../trpc/views.ts';
import { Button } from '../ui/Button.tsx';
import { CommandLine } from '../ui/CommandLine.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { ErrorBanner } from '../ui/ErrorState.tsx';
import { Field } from '../ui/forms/Field.tsx';
import { Textarea } from '../ui/forms/Input.tsx';

interface AcceptDialogProps {
  datastore: DatastoreView;
  onClose: () => void;
}

/** An administrator has looked, says at what, and trusts the datastore again. */
export function AcceptDialog({ datastore: { name, suspect }, onClose }: AcceptDialogProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const id = useId();
  const [reason, setReason] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  const [tried, setTried] = useState(false);
  const isShort = reason.trim().length < ACCEPT_REASON_MIN;
  const accept = useMutation({
    ...trpc.datastore.accept.mutationOptions(),
    onSuccess: ({ taskId }) => {
      onClose();
      router.push(taskHref(taskId));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (isShort) field.current?.focus();
    else accept.mutate({ name, reason: reason.trim() });
  };
  const error = maybeErrorDetails(accept.error);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Trust ${name} again`}
      description="Chunks written since the last good flush are checked, and damaged ones set aside. Run a deep audit first to be surer: it reads every chunk."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={id} variant="primary" pending={accept.isPending}>
            Trust it again
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={submit} noValidate className="grid gap-4">
        {error && <ErrorBanner title="The datastore was not accepted" error={error} />}
        <p className="text-table">{suspect}</p>
        <Field
          label="What you have looked at"
          help="It is kept in the audit log."
          error={tried && isShort ? shortWords(reason) : undefined}
          required
        >
          <Textarea
            ref={field}
            name="reason"
            rows={2}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        </Field>
        <CommandLine forms={acceptCommands(name, reason.trim())} />
      </form>
    </Dialog>
  );
}

function shortWords(reason: string): string {
  return reason.trim() === ''
    ? 'Say what you have looked at.'
    : `Use at least ${ACCEPT_REASON_MIN} characters.`;
}
