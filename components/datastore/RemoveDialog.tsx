'use client';

import { useMutation, useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { datastorePath } from '#domain/permissions.ts';
import { countOf, formatBytes } from '#domain/units.ts';
import { removeCommands } from '../commands/datastore-commands.ts';
import { usePermissions } from '../session/use-permissions.ts';
import { taskHref } from '../task/task-words.ts';
import { maybeErrorDetails } from '../trpc/api-error.ts';
import { useTRPC } from '../trpc/trpc.ts';
import type { DatastoreView } from '../trpc/views.ts';
import { CommandLine } from '../ui/CommandLine.tsx';
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx';
import { ErrorBanner } from '../ui/ErrorState.tsx';
import { KeyValueList } from '../ui/KeyValueList.tsx';

interface RemoveDialogProps {
  datastore: DatastoreView;
  /** Two acts of very different weight, never one with a switch. */
  act: 'remove-configuration' | 'destroy-data';
  onClose: () => void;
}

export function RemoveDialog({ datastore, act, onClose }: RemoveDialogProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const { name, path } = datastore;
  const destroyData = act === 'destroy-data';
  const grants = useGrantCount(name);
  const remove = useMutation({
    ...trpc.datastore.remove.mutationOptions(),
    onSuccess: ({ taskId }) => {
      onClose();
      router.push(taskHref(taskId));
    },
  });
  const error = maybeErrorDetails(remove.error);
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={destroyData ? `Destroy all data of ${name}?` : `Remove the configuration of ${name}?`}
      description={
        destroyData
          ? 'Every backup in it is deleted from the disk. This cannot be taken back.'
          : 'This server forgets the datastore. Its backups stay on the disk and can be adopted again.'
      }
      confirmLabel={destroyData ? destroyLabel(datastore) : `Remove ${name}`}
      typeName={name}
      danger
      pending={remove.isPending}
      error={error && <ErrorBanner title="Nothing was removed" error={error} />}
      onConfirm={() => remove.mutate({ name, destroyData })}
    >
      <KeyValueList
        layout="apart"
        entries={[
          {
            label: destroyData ? 'Deleted' : 'No longer listed',
            value: `${countOf(datastore.snapshotCount, 'snapshot')} in ${countOf(datastore.groupCount, 'group')}`,
          },
          {
            label: 'Freed on the disk',
            value: destroyData ? freedBy(datastore) : 'nothing',
          },
          {
            label: destroyData ? 'Stays' : 'Stays in',
            value: destroyData ? `the directory ${path} and whatever else lies in it` : path,
          },
          { label: 'Stops working', value: stopsWorking(grants) },
        ]}
      />
      <CommandLine forms={removeCommands(name, destroyData)} />
    </ConfirmDialog>
  );
}

function freedBy({ chunkBytes }: DatastoreView): string {
  return chunkBytes === null
    ? 'all of its chunks, which are not counted'
    : `about ${formatBytes(chunkBytes)}`;
}

function destroyLabel({ name, chunkBytes }: DatastoreView): string {
  return chunkBytes !== null && chunkBytes > 0
    ? `Destroy ${name} and ${formatBytes(chunkBytes)}`
    : `Destroy ${name}`;
}

/** How many permissions hang on it; null when one may not see them. */
function useGrantCount(name: string): number | null {
  const trpc = useTRPC();
  const { holds } = usePermissions();
  const path = datastorePath(name);
  const { data } = useQuery({
    ...trpc.acl.list.queryOptions(),
    enabled: holds('/access', 'Permissions.Modify', 'Sys.Audit'),
  });
  return data?.filter((entry) => entry.path === path || entry.path.startsWith(`${path}/`)).length ?? null;
}

function stopsWorking(grants: number | null): string {
  const clients = 'backups and restores of all clients';
  if (grants === null || grants === 0) return clients;
  return `${clients}; ${countOf(grants, 'permission')} on it`;
}
