'use client';

import { useMutation } from '@tanstack/react-query';
import { useId } from 'react';
import { z } from 'zod';
import { CreateUserInput, PASSWORD_MIN, UserIdInput } from '#domain/account.ts';
import type { RoleName } from '#domain/permissions.ts';
import { RoleInput } from '#domain/role.ts';
import { useTRPC } from '../trpc/trpc.ts';
import { useZodForm } from '../trpc/use-zod-form.ts';
import { Button } from '../ui/Button.tsx';
import { CommandLine } from '../ui/CommandLine.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { FormError } from '../ui/forms/FormError.tsx';
import { PasswordField, SelectField, TextField } from '../ui/forms/FormFields.tsx';
import { toastSuccess } from '../ui/Toaster.tsx';
import { createUserCommands } from './access-commands.ts';
import { useRoles } from './use-roles.ts';

const NewUser = CreateUserInput.extend({
  user: z.string().min(1, 'Enter a name such as alice@ibs.').pipe(UserIdInput),
  role: z.union([z.literal(''), RoleInput]),
});

export function CreateUserDialog({ onClose }: { onClose: () => void }) {
  const trpc = useTRPC();
  const id = useId();
  const create = useMutation(trpc.user.create.mutationOptions());
  const { form, problem, submit } = useZodForm(NewUser, { user: '', password: '', comment: '', role: '' });
  const { user = '', comment = '', role = '' } = form.watch();
  const { options, wordsOf } = useRoles();
  const save = submit(async (input) => {
    await create.mutateAsync({ ...input, role: input.role || undefined });
    onClose();
    toastSuccess(`${input.user} created`);
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Create user"
      description="Somebody who signs in to this console. Programs get API tokens instead."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={id} variant="primary" pending={form.formState.isSubmitting}>
            Create user
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={save} noValidate className="grid gap-4">
        <FormError title="The user was not created" problem={problem} />
        <TextField
          form={form}
          name="user"
          label="User"
          help="name@ibs; it is shown in the audit log and cannot be changed later."
          placeholder="alice@ibs"
          autoCapitalize="none"
          mono
          required
        />
        <PasswordField
          form={form}
          name="password"
          label="Password"
          help={`At least ${PASSWORD_MIN} characters. The user can change it after signing in.`}
          autoComplete="new-password"
          required
        />
        <SelectField
          form={form}
          name="role"
          label="Role on everything"
          help={
            role
              ? wordsOf(role as RoleName)
              : 'May sign in and see nothing. Grant finer roles under Permissions.'
          }
          options={[{ value: '', label: 'None yet' }, ...options.filter(({ value }) => value !== 'NoAccess')]}
        />
        <TextField form={form} name="comment" label="Comment" help="Who that is." maxLength={512} optional />
        <CommandLine forms={createUserCommands({ user, comment, role })} />
      </form>
    </Dialog>
  );
}
