'use client';

import { useMutation } from '@tanstack/react-query';
import { useId } from 'react';
import { Controller, type UseFormReturn } from 'react-hook-form';
import { z } from 'zod';
import { AclInput, PrincipalInput } from '#domain/account.ts';
import type { RoleName } from '#domain/permissions.ts';
import { useTRPC } from '../trpc/trpc.ts';
import { useZodForm } from '../trpc/use-zod-form.ts';
import { Button } from '../ui/Button.tsx';
import { CommandLine } from '../ui/CommandLine.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Checkbox } from '../ui/forms/Checkbox.tsx';
import { FormError } from '../ui/forms/FormError.tsx';
import { SelectField, TextField } from '../ui/forms/FormFields.tsx';
import { toastSuccess } from '../ui/Toaster.tsx';
import { grantCommands } from './access-commands.ts';
import { useGrantChoices } from './use-grant-choices.ts';
import { useRoles } from './use-roles.ts';

const NewGrant = AclInput.extend({
  principal: z.string().min(1, 'Choose a user, a token or a group.').pipe(PrincipalInput),
});

type GrantForm = UseFormReturn<z.input<typeof NewGrant>, unknown, z.output<typeof NewGrant>>;

interface GrantDialogProps {
  /** Where it is thought of; every path can be given. */
  path?: string;
  onClose: () => void;
}

export function GrantDialog({ path = '/', onClose }: GrantDialogProps) {
  const trpc = useTRPC();
  const id = useId();
  const grant = useMutation(trpc.acl.grant.mutationOptions());
  const { form, problem, submit } = useZodForm(NewGrant, {
    principal: '',
    role: 'Datastore.Reader',
    path,
    propagate: true,
  });
  const save = submit(async (input) => {
    await grant.mutateAsync(input);
    onClose();
    toastSuccess(`${input.principal} has ${input.role} on ${input.path}`);
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Grant role"
      description="Counts at once. A token never may more than its owner, whatever is granted to it."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={id} variant="primary" pending={form.formState.isSubmitting}>
            Grant role
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={save} noValidate className="grid gap-4">
        <FormError title="The role was not granted" problem={problem} />
        <GrantFields form={form} />
      </form>
    </Dialog>
  );
}

function GrantFields({ form }: { form: GrantForm }) {
  const id = useId();
  const { principals, paths } = useGrantChoices();
  const { options, wordsOf } = useRoles();
  const { principal = '', role = 'Datastore.Reader', path = '', propagate = true } = form.watch();
  return (
    <>
      <SelectField
        form={form}
        name="principal"
        label="User, token or group"
        options={[{ value: '', label: 'Choose…', disabled: true }, ...principals]}
        required
      />
      <SelectField
        form={form}
        name="role"
        label="Role"
        help={wordsOf(role as RoleName)}
        options={options}
        required
      />
      <TextField
        form={form}
        name="path"
        label="Path"
        help="/ is everything; /datastore/NAME is a datastore, its namespaces follow below it."
        list={`${id}-paths`}
        mono
        required
      />
      <datalist id={`${id}-paths`}>
        {paths.map((value) => (
          <option key={value} value={value} />
        ))}
      </datalist>
      <Controller
        control={form.control}
        name="propagate"
        render={({ field }) => (
          <Checkbox
            label="Also below the path"
            help="In namespaces of the datastore, including those that are made later."
            checked={field.value ?? true}
            onCheckedChange={(on) => field.onChange(on === true)}
          />
        )}
      />
      <CommandLine forms={grantCommands({ principal: principal || 'alice@ibs', role, path, propagate })} />
    </>
  );
}
