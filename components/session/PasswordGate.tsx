'use client';

import { useMutation } from '@tanstack/react-query';
import { useId, useSyncExternalStore } from 'react';
import { ProvePasswordInput } from '#domain/account.ts';
import { useTRPC } from '../trpc/trpc.ts';
import { useZodForm } from '../trpc/use-zod-form.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { FormError } from '../ui/forms/FormError.tsx';
import { PasswordField } from '../ui/forms/FormFields.tsx';
import { answerPassword, isPasswordAsked, onPasswordPrompt } from './password-prompt.ts';

const never = () => false;

/** Asks for the password over whatever is open, when an act wants it again; the act then goes on by itself. */
export function PasswordGate({ user }: { user: string }) {
  const asked = useSyncExternalStore(onPasswordPrompt, isPasswordAsked, never);
  return asked ? <PasswordDialog user={user} /> : null;
}

function PasswordDialog({ user }: { user: string }) {
  const trpc = useTRPC();
  const id = useId();
  const prove = useMutation(trpc.session.provePassword.mutationOptions());
  const { form, problem, submit } = useZodForm(ProvePasswordInput, { password: '' });
  const giveUp = () => answerPassword(false);
  const save = submit(async (input) => {
    await prove.mutateAsync(input);
    answerPassword(true);
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && giveUp()}
      title="Enter your password"
      description="What you are about to do cannot be taken back or gives somebody rights, and you last typed it more than 10 minutes ago."
      width="small"
      over
      footer={
        <>
          <Button onClick={giveUp}>Cancel</Button>
          <Button type="submit" form={id} variant="primary" pending={form.formState.isSubmitting}>
            Continue
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={save} noValidate className="grid gap-4">
        <FormError title="The password was not checked" problem={problem} />
        <PasswordField
          form={form}
          name="password"
          label={`Password of ${user}`}
          autoComplete="current-password"
          required
        />
        <input type="text" name="username" value={user} autoComplete="username" readOnly hidden />
      </form>
    </Dialog>
  );
}
