'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { allowsWriting } from '#domain/datastore.ts';
import { datastorePath } from '#domain/permissions.ts';
import { expiryDate } from '../access/expiry.ts';
import { usePermissions } from '../session/use-permissions.ts';
import { useTRPC } from '../trpc/trpc.ts';
import { useZodForm } from '../trpc/use-zod-form.ts';
import type { DatastoreView, PreparedBackup } from '../trpc/views.ts';
import { Button, ButtonLink } from '../ui/Button.tsx';
import { FormError } from '../ui/forms/FormError.tsx';
import type { BackupPreset } from './BackupDialog.tsx';
import { BackupFields } from './BackupFields.tsx';
import { BackupFormInput, tokenNameFor } from './backup-input.ts';

export interface Prepared {
  input: BackupFormInput;
  answer: PreparedBackup;
  /** Time of the group's newest snapshot before; 0 when there was none. */
  newestBefore: number;
}

interface BackupFormProps {
  preset: BackupPreset;
  onPrepared: (prepared: Prepared) => void;
  onCancel: () => void;
}

export function BackupForm(props: BackupFormProps) {
  const trpc = useTRPC();
  const { holdsBelow } = usePermissions();
  const { data: datastores } = useQuery(trpc.datastore.list.queryOptions());
  const usable = (datastores ?? []).filter(({ name }) => holdsBelow(datastorePath(name), 'Datastore.Backup'));
  if (!datastores) return null;
  if (datastores.length === 0) return <NoDatastore onLeave={props.onCancel} />;
  if (usable.length === 0)
    return <p>It needs the privilege Datastore.Backup on a datastore. Ask an administrator to grant it.</p>;
  return <Form {...props} usable={usable} />;
}

function NoDatastore({ onLeave }: { onLeave: () => void }) {
  return (
    <div className="grid justify-items-start gap-3">
      <p>There is no datastore yet that a backup could go to.</p>
      <ButtonLink href="/datastores/new" onClick={onLeave} variant="primary">
        Add datastore
      </ButtonLink>
    </div>
  );
}

function Form({ preset, onPrepared, onCancel, usable }: BackupFormProps & { usable: DatastoreView[] }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const prepare = useMutation(trpc.backup.prepare.mutationOptions());
  const { form, problem, submit } = useZodForm(BackupFormInput, {
    datastore: preset.datastore ?? firstChoice(usable),
    namespace: preset.namespace ?? '',
    type: preset.type ?? 'host',
    id: preset.id ?? '',
    sources: 'root.pxar:/',
    tokenName: preset.id ? tokenNameFor(preset.id) : '',
    expiry: '365',
  });
  const save = submit(async (input) => {
    const { datastore, namespace, type, id, tokenName } = input;
    const group = { datastore, namespace, type, id };
    const before = await queries.fetchQuery({
      ...trpc.snapshot.list.queryOptions({ ...group, limit: 1 }),
      staleTime: 0,
    });
    const expiresAt = expiryDate(input.expiry, Date.now());
    const answer = await prepare.mutateAsync({ ...group, tokenName, expiresAt });
    onPrepared({ input, answer, newestBefore: before.snapshots[0]?.time ?? 0 });
  });
  return (
    <form onSubmit={save} noValidate className="grid gap-5">
      <FormError title="The token was not made" problem={problem} />
      <BackupFields form={form} datastores={usable} />
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="primary" pending={form.formState.isSubmitting}>
          Make token and command
        </Button>
      </div>
    </form>
  );
}

/** Rather one that takes backups at this moment. */
function firstChoice(datastores: readonly DatastoreView[]): string {
  return (datastores.find(({ status }) => allowsWriting(status)) ?? datastores[0])?.name ?? '';
}
