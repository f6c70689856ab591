'use client';

import { datastorePath } from '#domain/permissions.ts';
import { usePermissions } from '../../session/use-permissions.ts';
import { RecentTasksCard } from '../../task/RecentTasksCard.tsx';
import { errorDetails } from '../../trpc/api-error.ts';
import { ErrorBanner } from '../../ui/ErrorState.tsx';
import { useDatastore } from '../use-datastore.ts';
import { useProbe } from '../use-probe.ts';
import { ContentCard } from './ContentCard.tsx';
import { FactsCard } from './FactsCard.tsx';
import { HealthCard } from './HealthCard.tsx';
import { JobsCard } from './JobsCard.tsx';
import { ProbeCard } from './ProbeCard.tsx';
import { UsageCard } from './UsageCard.tsx';

/** Cards above each other; the last one takes what is left, so that both columns end together. */
const STACK = 'flex min-w-0 flex-col gap-4 *:last:grow';

export function SummaryTab({ name }: { name: string }) {
  const { data: datastore } = useDatastore(name);
  const { probe, pending, error, clearError } = useProbe();
  const { lacks } = usePermissions();
  if (!datastore) return null;
  return (
    <div className="grid gap-4 xl:grid-cols-2">
      {error && (
        <div className="xl:col-span-2">
          <ErrorBanner title="The probe did not start" error={errorDetails(error)} onDismiss={clearError} />
        </div>
      )}
      <div className="min-w-0 xl:col-span-2">
        <HealthCard name={name} />
      </div>
      <div className={STACK}>
        <UsageCard datastore={datastore} />
        <JobsCard datastore={datastore} />
      </div>
      <div className={STACK}>
        <ContentCard datastore={datastore} />
        <ProbeCard
          datastore={datastore}
          onProbe={() => probe(name)}
          pending={pending}
          disabledReason={lacks(datastorePath(name), 'Datastore.Audit', 'Datastore.Modify')}
        />
      </div>
      <FactsCard datastore={datastore} />
      <RecentTasksCard datastore={name} />
    </div>
  );
}
