'use client';

import { useMutation } from '@tanstack/react-query';
import { useId } from 'react';
import { Controller, type UseFormReturn } from 'react-hook-form';
import type { z } from 'zod';
import { PRIVILEGES, type Privilege } from '#domain/permissions.ts';
import { CreateRoleInput } from '#domain/role.ts';
import { usePermissions } from '../session/use-permissions.ts';
import { useTRPC } from '../trpc/trpc.ts';
import { useZodForm } from '../trpc/use-zod-form.ts';
import type { RoleView } from '../trpc/views.ts';
import { Button } from '../ui/Button.tsx';
import { CommandLine } from '../ui/CommandLine.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Checkbox } from '../ui/forms/Checkbox.tsx';
import { FormError } from '../ui/forms/FormError.tsx';
import { TextField } from '../ui/forms/FormFields.tsx';
import { toastSuccess } from '../ui/Toaster.tsx';
import { putRoleCommands } from './access-commands.ts';
import { PRIVILEGE_WORDS } from './privilege-words.ts';

type RoleForm = UseFormReturn<z.input<typeof CreateRoleInput>, unknown, z.output<typeof CreateRoleInput>>;

/** Makes a role, or changes the one that is given. */
export function RoleDialog({ role, onClose }: { role?: RoleView; onClose: () => void }) {
  const trpc = useTRPC();
  const id = useId();
  const create = useMutation(trpc.role.create.mutationOptions());
  const update = useMutation(trpc.role.update.mutationOptions());
  const { form, problem, submit } = useZodForm(CreateRoleInput, {
    role: role?.role ?? '',
    privileges: [...(role?.privileges ?? [])],
    comment: role?.comment ?? '',
  });
  const { role: name = '', privileges = [], comment = '' } = form.watch();
  const save = submit(async (input) => {
    await (role ? update : create).mutateAsync(input);
    onClose();
    toastSuccess(role ? `${role.role} changed` : `${input.role} created`);
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={role ? `Edit ${role.role}` : 'Create role'}
      description={
        role ? 'Counts at once for everybody who has the role.' : 'You can put in it what you hold yourself.'
      }
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={id} variant="primary" pending={form.formState.isSubmitting}>
            {role ? 'Save' : 'Create role'}
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={save} noValidate className="grid gap-4">
        <FormError title="The role was not saved" problem={problem} />
        {!role && (
          <TextField
            form={form}
            name="role"
            label="Role"
            help="Letters, digits, dots, dashes and underscores. It cannot be changed later."
            placeholder="Datastore.Verifier"
            autoCapitalize="none"
            mono
            required
          />
        )}
        <PrivilegeChoice form={form} />
        <TextField
          form={form}
          name="comment"
          label="Comment"
          help="What it is for."
          maxLength={512}
          optional
        />
        <CommandLine
          forms={putRoleCommands(role ? 'update' : 'create', { role: name, privileges, comment })}
        />
      </form>
    </Dialog>
  );
}

function PrivilegeChoice({ form }: { form: RoleForm }) {
  const { holds } = usePermissions();
  return (
    <Controller
      control={form.control}
      name="privileges"
      render={({ field: { value, onChange }, fieldState: { error } }) => (
        <fieldset className="grid gap-1">
          <legend className="mb-1 font-medium">Privileges</legend>
          <div className="grid items-start gap-x-4 sm:grid-cols-2">
            {PRIVILEGES.map((privilege: Privilege) => (
              <Checkbox
                key={privilege}
                label={privilege}
                help={PRIVILEGE_WORDS[privilege]}
                checked={value.includes(privilege)}
                disabled={!value.includes(privilege) && !holds('/', privilege)}
                onCheckedChange={(on) =>
                  onChange(on === true ? [...value, privilege] : value.filter((each) => each !== privilege))
                }
              />
            ))}
          </div>
          {error && <p className="text-table text-err">{error.message}</p>}
        </fieldset>
      )}
    />
  );
}
