'use client';

import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { countOf, formatBytes } from '#domain/units.ts';
import { emptyTrashCommands } from '../../commands/trash-commands.ts';
import { maybeErrorDetails } from '../../trpc/api-error.ts';
import { useTRPC, useTRPCClient } from '../../trpc/trpc.ts';
import type { DatastoreDetail, TrashEmptyPlan, TrashView } from '../../trpc/views.ts';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { ErrorBanner } from '../../ui/ErrorState.tsx';
import { Checkbox } from '../../ui/forms/Checkbox.tsx';
import { type KeyValue, KeyValueList } from '../../ui/KeyValueList.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { RelativeTime } from '../../ui/time/RelativeTime.tsx';
import { freedWords, itemId, itemLabel, itemOf } from './trash-words.ts';

interface EmptyTrashDialogProps {
  datastore: DatastoreDetail;
  /** Null for everything that lies there. */
  items: readonly TrashView[] | null;
  onStarted: (taskId: string) => void;
  onClose: () => void;
}

/** Asks the server for the plan first; what is named there goes for good. */
export function EmptyTrashDialog({ datastore, items, onStarted, onClose }: EmptyTrashDialogProps) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const { name } = datastore;
  const [collect, setCollect] = useState(false);
  const named = items?.map(itemOf) ?? null;
  const input = { datastore: name, ...(named ? { items: named } : {}) };
  const plan = useQuery({
    queryKey: ['empty-plan', name, items?.map(itemId) ?? 'all'],
    queryFn: () => client.trash.empty.mutate({ ...input, dryRun: true }),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
  const empty = useMutation({
    ...trpc.trash.empty.mutationOptions(),
    onSuccess: ({ taskId }) => {
      if (taskId !== null) onStarted(taskId);
      onClose();
    },
  });
  const failure = maybeErrorDetails(empty.error ?? plan.error);
  const going = countOf(plan.data?.total ?? items?.length ?? 0, 'snapshot');
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={items ? `Remove ${going} of the trash for good?` : `Empty the trash of ${name}?`}
      description="What is removed from the trash can no longer be restored. This cannot be taken back."
      confirmLabel={plan.data || items ? `Remove ${going} for good` : 'Empty the trash'}
      typeName={name}
      danger
      pending={empty.isPending}
      error={failure && <ErrorBanner title="Nothing was removed" error={failure} />}
      onConfirm={() => empty.mutate({ ...input, collect })}
    >
      {plan.data ? (
        <KeyValueList layout="apart" entries={factsOf(plan.data, items, datastore)} />
      ) : (
        !plan.error && <Skeleton className="h-32" />
      )}
      <Checkbox
        checked={collect}
        onCheckedChange={(on) => setCollect(on === true)}
        label="Collect garbage right after"
        help={<WhenFreed datastore={datastore} />}
      />
      <CommandLine forms={emptyTrashCommands(name, named, collect)} />
    </ConfirmDialog>
  );
}

function factsOf(
  plan: TrashEmptyPlan,
  items: readonly TrashView[] | null,
  { spaceUseAt }: DatastoreDetail,
): KeyValue[] {
  const [only] = items?.length === 1 ? items : [];
  const freed = freedWords(plan, items === null);
  return [
    { label: 'Goes for good', value: only ? itemLabel(only) : countOf(plan.total, 'snapshot') },
    { label: 'Size as if nothing were shared', value: formatBytes(plan.totalBytes) },
    { label: 'Freed now', value: 'nothing' },
    {
      label: 'Freed by garbage collection',
      value:
        plan.freesBytes !== null && spaceUseAt ? (
          <>
            {freed}
            <span className="text-muted">
              {' '}
              (as of the last one, <RelativeTime at={spaceUseAt.getTime()} />)
            </span>
          </>
        ) : (
          freed
        ),
    },
  ];
}

/** What was used not long ago waits for the grace, however soon the collection is. */
function WhenFreed({ datastore: { jobs } }: { datastore: DatastoreDetail }) {
  const gc = jobs.find(({ kind }) => kind === 'gc');
  const next = gc?.dueSince ?? gc?.next ?? null;
  return (
    <>
      Frees the space of what was last used longer ago than its grace.{' '}
      {next ? (
        <>
          Without it, the next one by schedule does: <RelativeTime at={next.getTime()} />.
        </>
      ) : (
        'Without it, the next one that somebody runs does.'
      )}
    </>
  );
}
