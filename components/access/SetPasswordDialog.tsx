'use client';

import { useMutation } from '@tanstack/react-query';
import { useId } from 'react';
import { z } from 'zod';
import { PASSWORD_MIN, Password } from '#domain/account.ts';
import { useTRPC } from '../trpc/trpc.ts';
import { useZodForm } from '../trpc/use-zod-form.ts';
import { Button } from '../ui/Button.tsx';
import { CommandLine } from '../ui/CommandLine.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { FormError } from '../ui/forms/FormError.tsx';
import { PasswordField } from '../ui/forms/FormFields.tsx';
import { toastSuccess } from '../ui/Toaster.tsx';
import { setPasswordCommands } from './access-commands.ts';

const NewPassword = z.object({ password: Password });

export function SetPasswordDialog({ user, onClose }: { user: string; onClose: () => void }) {
  const trpc = useTRPC();
  const id = useId();
  const update = useMutation(trpc.user.update.mutationOptions());
  const { form, problem, submit } = useZodForm(NewPassword, { password: '' });
  const save = submit(async ({ password }) => {
    await update.mutateAsync({ user, password });
    onClose();
    toastSuccess(`Password of ${user} set`, { description: 'All sessions of the user have ended.' });
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Set the password of ${user}`}
      description="All sessions of the user end at once. API tokens stay valid."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={id} variant="primary" pending={form.formState.isSubmitting}>
            Set password
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={save} noValidate className="grid gap-4">
        <FormError title="The password was not set" problem={problem} />
        <PasswordField
          form={form}
          name="password"
          label="New password"
          help={`At least ${PASSWORD_MIN} characters. The user can change it after signing in.`}
          autoComplete="new-password"
          required
        />
        <CommandLine forms={setPasswordCommands(user)} />
      </form>
    </Dialog>
  );
}
