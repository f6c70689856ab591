'use client';

import { useMutation } from '@tanstack/react-query';
import { useId } from 'react';
import { ChangePasswordInput, PASSWORD_MIN } from '#domain/account.ts';
import { useTRPC } from '../trpc/trpc.ts';
import { useZodForm } from '../trpc/use-zod-form.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { FormError } from '../ui/forms/FormError.tsx';
import { PasswordField } from '../ui/forms/FormFields.tsx';
import { toastSuccess } from '../ui/Toaster.tsx';

interface ChangePasswordDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function ChangePasswordDialog(props: ChangePasswordDialogProps) {
  return props.open ? <OpenDialog {...props} /> : null;
}

function OpenDialog({ open, onOpenChange }: ChangePasswordDialogProps) {
  const trpc = useTRPC();
  const id = useId();
  const change = useMutation(trpc.session.changePassword.mutationOptions());
  const { form, problem, submit } = useZodForm(ChangePasswordInput, { current: '', next: '' });
  const { isSubmitting } = form.formState;
  const save = submit(async (input) => {
    await change.mutateAsync(input);
    onOpenChange(false);
    toastSuccess('Password changed', { description: 'Your other sessions have ended.' });
  });
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Change password"
      description="All your other sessions end. API tokens stay valid."
      width="small"
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button type="submit" form={id} variant="primary" pending={isSubmitting}>
            Change password
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={save} noValidate className="grid gap-4">
        <FormError title="The password was not changed" problem={problem} />
        <PasswordField
          form={form}
          name="current"
          label="Current password"
          autoComplete="current-password"
          required
        />
        <PasswordField
          form={form}
          name="next"
          label="New password"
          help={`At least ${PASSWORD_MIN} characters; a sentence is easy to remember.`}
          autoComplete="new-password"
          required
        />
      </form>
    </Dialog>
  );
}
