'use client';

import { useQuery } from '@tanstack/react-query';
import type { UseFormReturn } from 'react-hook-form';
import type { z } from 'zod';
import { allowsWriting, statusSentence } from '#domain/datastore.ts';
import { EXPIRY_CHOICES } from '../access/expiry.ts';
import { namespaceLabel } from '../namespace/namespace-words.ts';
import { useTRPC } from '../trpc/trpc.ts';
import type { DatastoreView } from '../trpc/views.ts';
import { Banner } from '../ui/Banner.tsx';
import { SelectField, TextField } from '../ui/forms/FormFields.tsx';
import { type BackupFormInput, TYPE_OPTIONS, tokenNameFor } from './backup-input.ts';

export type BackupFormState = UseFormReturn<z.input<typeof BackupFormInput>, unknown, BackupFormInput>;

interface BackupFieldsProps {
  form: BackupFormState;
  /** Those that one may back up to. */
  datastores: readonly DatastoreView[];
}

export function BackupFields({ form, datastores }: BackupFieldsProps) {
  const trpc = useTRPC();
  const datastore = form.watch('datastore');
  const { data: namespaces = [] } = useQuery({
    ...trpc.namespace.list.queryOptions({ datastore }),
    enabled: datastore !== '',
  });
  const nameToken = (id: string) => {
    if (!form.formState.dirtyFields.tokenName)
      form.setValue('tokenName', id === '' ? '' : tokenNameFor(id), { shouldValidate: id !== '' });
  };
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <NotNow datastore={datastores.find(({ name }) => name === datastore)} />
      <SelectField
        form={form}
        name="datastore"
        label="Datastore"
        options={datastores.map(({ name }) => ({ value: name, label: name }))}
        required
      />
      <SelectField
        form={form}
        name="namespace"
        label="Namespace"
        options={namespaces.map(({ path }) => ({ value: path, label: namespaceLabel(path) }))}
      />
      <SelectField form={form} name="type" label="Type" options={TYPE_OPTIONS} required />
      <TextField
        form={form}
        name="id"
        label="Id"
        help="Names the machine from now on: its host name, or the number of the VM."
        onText={nameToken}
        mono
        required
      />
      <TextField
        form={form}
        name="sources"
        label="What to back up"
        help="NAME.pxar:DIRECTORY, NAME.img:DEVICE or NAME.conf:FILE; several with spaces between."
        className="sm:col-span-2"
        mono
        required
      />
      <TextField
        form={form}
        name="tokenName"
        label="Name of the token"
        help="It may back up to this place and restore what it backed up; nothing else."
        mono
        required
      />
      <SelectField form={form} name="expiry" label="Token expires" options={EXPIRY_CHOICES} />
    </div>
  );
}

/** The command can be prepared all the same; it is refused only when it runs. */
function NotNow({ datastore }: { datastore: DatastoreView | undefined }) {
  if (!datastore || allowsWriting(datastore.status)) return null;
  const { name, status, statusReason: reason } = datastore;
  return (
    <div className="sm:col-span-2">
      <Banner tone="warn" title={statusSentence(name, { status, reason })}>
        It takes no backups until that has changed.
      </Banner>
    </div>
  );
}
