'use client';

import { useMutation } from '@tanstack/react-query';
import { CreateAdministratorInput, PASSWORD_MIN } from '#domain/account.ts';
import { useTRPC } from '../trpc/trpc.ts';
import { useZodForm } from '../trpc/use-zod-form.ts';
import { Button } from '../ui/Button.tsx';
import { FormError } from '../ui/forms/FormError.tsx';
import { PasswordField, TextField } from '../ui/forms/FormFields.tsx';
import { EntryCard } from './EntryFrame.tsx';
import { sendSignIn } from './send-sign-in.ts';

/** The first start: whoever can read the server's output becomes its administrator. */
export function SetupForm() {
  const trpc = useTRPC();
  const { form, problem, submit } = useZodForm(CreateAdministratorInput, {
    setupToken: '',
    user: 'admin@ibs',
    password: '',
  });
  const { isSubmitting, isSubmitSuccessful } = form.formState;
  const create = useMutation(trpc.setup.createAdministrator.mutationOptions());
  const save = submit(async (input) => {
    await create.mutateAsync(input);
    const refused = await sendSignIn({ user: input.user, password: input.password });
    location.assign(refused ? '/sign-in' : '/');
  });
  return (
    <EntryCard
      title="Create the first administrator"
      meaning="This server is new. The setup token proves that you may set it up."
    >
      <form onSubmit={save} noValidate className="grid gap-4">
        <FormError title="The administrator could not be created" problem={problem} />
        <TextField
          form={form}
          name="setupToken"
          label="Setup token"
          help="The server printed it when it started, after “Setup token”."
          mono
          required
        />
        <TextField
          form={form}
          name="user"
          label="User"
          help="name@ibs; it is shown in the audit log."
          autoComplete="username"
          autoCapitalize="none"
          required
        />
        <PasswordField
          form={form}
          name="password"
          label="Password"
          help={`At least ${PASSWORD_MIN} characters; a sentence is easy to remember.`}
          autoComplete="new-password"
          required
        />
        <Button type="submit" variant="primary" pending={isSubmitting || (isSubmitSuccessful && !problem)}>
          Create administrator
        </Button>
      </form>
    </EntryCard>
  );
}
