'use client';

import { useMutation } from '@tanstack/react-query';
import { useId } from 'react';
import { z } from 'zod';
import { useTRPC } from '../trpc/trpc.ts';
import { useZodForm } from '../trpc/use-zod-form.ts';
import type { UserView } from '../trpc/views.ts';
import { Button } from '../ui/Button.tsx';
import { CommandLine } from '../ui/CommandLine.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { FormError } from '../ui/forms/FormError.tsx';
import { TextField } from '../ui/forms/FormFields.tsx';
import { toastSuccess } from '../ui/Toaster.tsx';
import { updateUserCommands } from './access-commands.ts';
import { dateOf, dayOf } from './expiry.ts';

const Edited = z.object({
  comment: z.string().trim().max(512, 'Use at most 512 characters.'),
  expires: z.union([z.literal(''), z.iso.date('Choose a day.')]),
});

export function EditUserDialog({ user, onClose }: { user: UserView; onClose: () => void }) {
  const trpc = useTRPC();
  const id = useId();
  const update = useMutation(trpc.user.update.mutationOptions());
  const before = { comment: user.comment, expires: dayOf(user.expiresAt) };
  const { form, problem, submit } = useZodForm(Edited, before);
  const { comment = '', expires = '' } = form.watch();
  const changes = {
    ...(comment === before.comment ? {} : { comment }),
    ...(expires === before.expires ? {} : { expiresAt: dateOf(expires) }),
  };
  const save = submit(async () => {
    if (Object.keys(changes).length > 0) await update.mutateAsync({ user: user.user, ...changes });
    onClose();
    toastSuccess(`${user.user} saved`);
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Edit ${user.user}`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={id} variant="primary" pending={form.formState.isSubmitting}>
            Save user
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={save} noValidate className="grid gap-4">
        <FormError title="The user was not saved" problem={problem} />
        <TextField form={form} name="comment" label="Comment" help="Who that is." maxLength={512} optional />
        <TextField
          form={form}
          name="expires"
          type="date"
          label="Access ends on"
          help="From 00:00 UTC of that day the user and all its tokens are refused. Empty: never."
          optional
        />
        <CommandLine
          forms={updateUserCommands(user.user, Object.keys(changes).length > 0 ? changes : { comment })}
        />
      </form>
    </Dialog>
  );
}
