'use client';

import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { countOf } from '#domain/units.ts';
import { removeNamespaceCommands } from '../commands/snapshot-commands.ts';
import { RestorableUntil } from '../datastore/trash/RestorableUntil.tsx';
import { trashHref } from '../datastore/trash/trash-words.ts';
import { useTaskAction } from '../task/use-task-action.ts';
import { maybeErrorDetails } from '../trpc/api-error.ts';
import { useTRPC } from '../trpc/trpc.ts';
import type { NamespaceRemovalPlan } from '../trpc/views.ts';
import { Banner } from '../ui/Banner.tsx';
import { CommandLine } from '../ui/CommandLine.tsx';
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx';
import { ErrorBanner } from '../ui/ErrorState.tsx';
import { Checkbox } from '../ui/forms/Checkbox.tsx';
import { KeyValueList } from '../ui/KeyValueList.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import { toastSuccess } from '../ui/Toaster.tsx';
import { namespaceName } from './namespace-words.ts';
import { fateOf, isForGood, removalFacts, whyNotRemovable } from './remove-words.ts';

interface RemoveNamespaceDialogProps {
  datastore: string;
  namespace: string;
  onClose: () => void;
  onRemoved: () => void;
}

/** Asks the server for the plan first; exactly what it shows goes, or nothing. */
export function RemoveNamespaceDialog(props: RemoveNamespaceDialogProps) {
  const { datastore, namespace, onClose, onRemoved } = props;
  const trpc = useTRPC();
  const [includeProtected, setIncludeProtected] = useState(false);
  const query = useQuery({
    ...trpc.namespace.planRemove.queryOptions({ datastore, namespace }),
    ...{ staleTime: 0, gcTime: 0, retry: false },
  });
  const { data: plan } = query;
  const { mutateAsync } = useMutation(trpc.namespace.remove.mutationOptions());
  const { start, pending, error } = useTaskAction(mutateAsync, {
    onDone: (task) => {
      const inTrash = plan && plan.snapshotCount > 0 && plan.restorableUntil !== null;
      toastSuccess(
        task.outcome ?? 'Deleted',
        inTrash ? { link: { label: 'Open trash', href: trashHref(datastore) } } : {},
      );
      onClose();
      onRemoved();
    },
  });
  const withContent = (plan?.snapshotCount ?? 0) > 0;
  const wish = { withContent, includeProtected };
  const why = plan ? whyNotRemovable(plan, includeProtected) : null;
  const failure = error ?? maybeErrorDetails(query.error);
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Delete namespace ${namespace}?`}
      description={plan ? fateOf(plan) : 'Looking what goes with it.'}
      confirmLabel={labelOf(namespace, plan)}
      typeName={plan && isForGood(plan) ? namespaceName(namespace) : undefined}
      danger
      pending={pending}
      error={failure && <ErrorBanner title="Nothing was deleted" error={failure} />}
      onConfirm={() =>
        plan && why === null && void start({ datastore, namespace, ...wish, digest: plan.digest })
      }
    >
      {plan ? <Facts plan={plan} /> : !query.error && <Skeleton className="h-40" />}
      {why !== null && (
        <Banner tone="warn" title="It cannot go as it is">
          {why}
        </Banner>
      )}
      {plan && plan.protectedCount > 0 && (
        <Checkbox
          checked={includeProtected}
          onCheckedChange={(on) => setIncludeProtected(on === true)}
          label={`Delete ${countOf(plan.protectedCount, 'protected snapshot')} as well`}
          help="Somebody wanted them to stay."
        />
      )}
      <CommandLine forms={removeNamespaceCommands(datastore, namespace, wish)} />
    </ConfirmDialog>
  );
}

function Facts({ plan }: { plan: NamespaceRemovalPlan }) {
  const until = plan.snapshotCount > plan.unfinishedCount ? plan.restorableUntil : null;
  return (
    <KeyValueList
      layout="apart"
      entries={[
        ...(until
          ? [{ label: 'Can be restored until at least', value: <RestorableUntil at={until.getTime()} /> }]
          : []),
        ...removalFacts(plan),
      ]}
    />
  );
}

function labelOf(namespace: string, plan: NamespaceRemovalPlan | undefined): string {
  const what = `Delete ${namespaceName(namespace)}`;
  return plan && plan.snapshotCount > 0 ? `${what} and ${countOf(plan.snapshotCount, 'snapshot')}` : what;
}
