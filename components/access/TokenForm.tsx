'use client';

import { useMutation } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { UseFormReturn } from 'react-hook-form';
import { type BuiltInRole, ROLE_WORDS } from '#domain/permissions.ts';
import type { PrincipalId } from '#domain/principal.ts';
import { usePermissions } from '../session/use-permissions.ts';
import { useTRPC } from '../trpc/trpc.ts';
import { useZodForm } from '../trpc/use-zod-form.ts';
import type { NewToken } from '../trpc/views.ts';
import { CommandLine } from '../ui/CommandLine.tsx';
import { FormError } from '../ui/forms/FormError.tsx';
import { SelectField, TextField } from '../ui/forms/FormFields.tsx';
import { createTokenCommands } from './access-commands.ts';
import { EXPIRY_CHOICES, expiryDate } from './expiry.ts';
import { grantableRoles, NewTokenInput, placeOf, roleOptions } from './token-input.ts';
import { useGrantPlaces } from './use-grant-places.ts';

interface TokenFormProps {
  id: string;
  onPending: (pending: boolean) => void;
  onMade: (token: NewToken, datastore: string) => void;
}

export function TokenForm({ id, onPending, onMade }: TokenFormProps) {
  const trpc = useTRPC();
  const { principal } = usePermissions();
  const self = principal ?? '';
  const create = useMutation(trpc.token.create.mutationOptions());
  const { form, problem, submit } = useZodForm(NewTokenInput, { ...EMPTY, owner: self });
  const watched = form.watch();
  const places = useGrantPlaces(self, watched.datastore);
  // Another datastore has other namespaces; what it does not have counts as its root.
  const isKnown = places.namespaces.some(({ value }) => value === watched.namespace);
  const values = { ...watched, namespace: isKnown ? watched.namespace : '' };
  const place = placeOf(values);
  const grantable = grantableRoles(places.entriesFor(values.owner), values.owner as PrincipalId, place);
  const excess = values.role !== '' && !grantable.includes(values.role);

  const { isSubmitting } = form.formState;
  useEffect(() => onPending(isSubmitting), [isSubmitting, onPending]);

  const save = submit(async (input) => {
    if (excess) {
      form.setError('role', { message: `${input.owner} does not hold this role on ${place}.` });
      return;
    }
    const { owner, name, comment, datastore, role } = input;
    const token = await create.mutateAsync({
      user: owner,
      name,
      comment,
      expiresAt: expiryDate(input.expiry, Date.now()),
      grants: role ? [{ role, datastore: datastore || undefined, namespace: values.namespace }] : [],
    });
    onMade(token, role ? datastore : '');
  });
  return (
    <form id={id} onSubmit={save} noValidate className="grid gap-4">
      <FormError title="The token was not made" problem={problem} />
      <TokenFields form={form} values={values} places={places} grantable={grantable} />
      <CommandLine
        forms={createTokenCommands({
          ...values,
          user: values.owner,
          expiresAt: expiryDate(values.expiry, Date.now()),
        })}
      />
    </form>
  );
}

interface TokenFieldsProps {
  form: UseFormReturn<NewTokenInput>;
  values: NewTokenInput;
  places: ReturnType<typeof useGrantPlaces>;
  grantable: readonly BuiltInRole[];
}

function TokenFields({ form, values, places, grantable }: TokenFieldsProps) {
  const { owners, datastores, namespaces } = places;
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <TextField
        form={form}
        name="name"
        label="Name"
        placeholder="web-1"
        autoCapitalize="none"
        mono
        required
      />
      <SelectField
        form={form}
        name="owner"
        label="Owner"
        options={owners.map((value) => ({ value, label: value }))}
      />
      <SelectField
        form={form}
        name="datastore"
        label="Where"
        options={[
          { value: '', label: 'Everywhere' },
          ...datastores.map((name) => ({ value: name, label: name })),
        ]}
      />
      {values.datastore && (
        <SelectField form={form} name="namespace" label="Namespace" options={namespaces} />
      )}
      <SelectField
        form={form}
        name="role"
        label="Role"
        help={roleHelp(values, grantable.length)}
        options={roleOptions(grantable)}
        className={values.datastore ? 'sm:col-span-2' : undefined}
      />
      <SelectField form={form} name="expiry" label="Expires" options={EXPIRY_CHOICES} />
      <TextField form={form} name="comment" label="Comment" help="What it is for." maxLength={512} optional />
    </div>
  );
}

const EMPTY: NewTokenInput = {
  owner: '',
  name: '',
  comment: '',
  expiry: '365',
  datastore: '',
  namespace: '',
  role: '',
};

function roleHelp(values: NewTokenInput, grantable: number): string {
  const { role, owner } = values;
  if (role) return ROLE_WORDS[role];
  if (grantable === 0) return `${owner} holds no role on ${placeOf(values)} that could be given on.`;
  return 'It may connect and do nothing. Grant a role later under Permissions.';
}
