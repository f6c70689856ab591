'use client';

import { useMutation } from '@tanstack/react-query';
import type { KeepOptions } from '#domain/retention.ts';
import { restorableUntil } from '#domain/trash.ts';
import { countOf, formatCount } from '#domain/units.ts';
import { pruneCommands } from '../../commands/datastore-commands.ts';
import { maybeErrorDetails } from '../../trpc/api-error.ts';
import { useTRPC } from '../../trpc/trpc.ts';
import type { DatastoreDetail, PrunePlan } from '../../trpc/views.ts';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { ErrorBanner } from '../../ui/ErrorState.tsx';
import { type KeyValue, KeyValueList } from '../../ui/KeyValueList.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { useNow } from '../../ui/time/TimeProvider.tsx';
import { useRuns, useRunsRefresh } from '../runs/use-runs.ts';
import { usualFact } from '../runs/usual-fact.ts';
import { RestorableUntil } from '../trash/RestorableUntil.tsx';
import { policyWords, pruneFate, staying } from './plan-words.ts';
import { usePlan } from './use-simulation.ts';

const TOTALS_ONLY = { offset: 0, limit: 0 };

interface PruneDialogProps {
  datastore: DatastoreDetail;
  namespace: string;
  depth: number | null;
  keep: KeepOptions;
  onClose: () => void;
}

/** What goes, what stays and why; the numbers are asked for anew when it opens. */
export function PruneDialog({ datastore, namespace, depth, keep, onClose }: PruneDialogProps) {
  const { name, trashDays } = datastore;
  const trpc = useTRPC();
  const refresh = useRunsRefresh();
  const plan = usePlan({ name, namespace, depth }, keep, TOTALS_ONLY);
  const prune = useMutation({
    ...trpc.datastore.prune.mutationOptions(),
    onSuccess: async () => {
      await refresh();
      onClose();
    },
  });
  const { runs } = useRuns(name, 'datastore.prune');
  const usual = namespace === '' && runs?.usualMs != null ? [usualFact(runs.usualMs)] : [];
  const going = plan.data?.totals.remove ?? 0;
  const now = useNow();
  const restorable =
    trashDays > 0 && going > 0
      ? [
          {
            label: 'Can be restored until at least',
            value: <RestorableUntil at={restorableUntil(trashDays, now).getTime()} />,
          },
        ]
      : [];
  const failure = maybeErrorDetails(prune.error ?? plan.error);
  const place = namespace === '' ? name : `${namespace} in ${name}`;
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={plan.data ? `Remove ${countOf(going, 'snapshot')} from ${place}?` : `Prune ${place}?`}
      description={pruneFate(trashDays)}
      confirmLabel={plan.data ? `Remove ${countOf(going, 'snapshot')}` : 'Remove snapshots'}
      danger
      pending={prune.isPending}
      error={failure && <ErrorBanner title="Nothing was removed" error={failure} />}
      onConfirm={() => going > 0 && prune.mutate({ name, namespace, depth, keep })}
    >
      {plan.data ? (
        <KeyValueList
          layout="apart"
          entries={[...restorable, ...factsOf(plan.data, keep, trashDays), ...usual]}
        />
      ) : (
        !plan.error && <Skeleton className="h-36" />
      )}
      <p className="text-table text-muted">
        Each group is planned anew when its turn comes, so that a backup that ends meanwhile is counted.
      </p>
      <CommandLine forms={pruneCommands(name, { namespace, depth, keep })} />
    </ConfirmDialog>
  );
}

function factsOf({ totals, shrinkingGroups }: PrunePlan, keep: KeepOptions, trashDays: number): KeyValue[] {
  const { remove, protected: isProtected, unfinished } = totals;
  return [
    { label: 'Goes', value: `${countOf(remove, 'snapshot')} in ${countOf(shrinkingGroups, 'group')}` },
    {
      label: 'Stays',
      value: `${countOf(staying(totals), 'snapshot')} in ${countOf(totals.groups, 'group')}`,
    },
    { label: 'Of them protected', value: formatCount(isProtected) },
    ...(unfinished > 0 ? [{ label: 'Of them unfinished', value: formatCount(unfinished) }] : []),
    { label: 'Kept by', value: policyWords(keep) },
    { label: 'Always kept', value: 'The newest finished snapshot of every group' },
    { label: 'Freed now', value: 'Nothing' },
    {
      label: 'Freed later',
      value: `By the ${trashDays > 0 ? 'first garbage collection after that' : 'next garbage collection'}`,
    },
  ];
}
