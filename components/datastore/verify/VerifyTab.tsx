'use client';

import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { datastorePath } from '#domain/permissions.ts';
import { formatBytes } from '#domain/units.ts';
import { usePermissions } from '../../session/use-permissions.ts';
import { errorDetails } from '../../trpc/api-error.ts';
import { useTRPC } from '../../trpc/trpc.ts';
import type { JobView } from '../../trpc/views.ts';
import { ErrorBanner } from '../../ui/ErrorState.tsx';
import { whyNotWritable } from '../datastore-words.ts';
import { DrillCard } from '../drill/DrillCard.tsx';
import { useRuns } from '../runs/use-runs.ts';
import { NamedJobs } from '../schedule/NamedJobs.tsx';
import { ScheduleCard } from '../schedule/ScheduleCard.tsx';
import { useDatastore } from '../use-datastore.ts';
import { CoverageCard } from './CoverageCard.tsx';
import { FailuresCard } from './FailuresCard.tsx';
import { LastVerifyCard } from './LastVerifyCard.tsx';
import { prepareHistory } from './prepare-verify.ts';
import { RunVerifyDialog } from './RunVerifyDialog.tsx';
import { VerifyHistory } from './VerifyHistory.tsx';

/** Whether the snapshots are sound, since when that is known, and the way to know it now. */
export function VerifyTab({ name }: { name: string }) {
  const trpc = useTRPC();
  const { data: datastore } = useDatastore(name);
  const { data: jobs } = useQuery(trpc.datastore.jobs.queryOptions({ name }));
  const verification = useQuery(trpc.datastore.verification.queryOptions({ name }));
  const { tasks, runs, error, refetch } = useRuns(name, 'datastore.verify');
  const { lacks } = usePermissions();
  const [asking, setAsking] = useState<{ again?: null } | null>(null);
  const history = useMemo(() => prepareHistory(tasks ?? []), [tasks]);
  if (!datastore) return null;
  const missing = lacks(datastorePath(name), 'Datastore.Verify', 'Datastore.Modify');
  const disabledReason = missing || whyNotWritable(datastore);
  const job = jobs?.jobs.find(({ kind }) => kind === 'verify');
  return (
    <>
      {error && (
        <ErrorBanner title="The last runs could not be loaded" error={error} onRetry={() => void refetch()} />
      )}
      {verification.error && (
        <ErrorBanner
          title="The coverage could not be loaded"
          error={errorDetails(verification.error)}
          onRetry={() => void verification.refetch()}
        />
      )}
      <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] items-start gap-4 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="grid min-w-0 gap-4">
          <LastVerifyCard
            name={name}
            runs={runs}
            onRun={() => setAsking({})}
            disabledReason={disabledReason}
          />
          <FailuresCard
            name={name}
            count={verification.data?.failed ?? 0}
            onVerify={() => setAsking({ again: null })}
            disabledReason={disabledReason || (runs?.active ? 'One is on its way already' : false)}
          />
          <VerifyHistory history={history} />
          <DrillCard datastore={datastore} />
        </div>
        <div className="grid min-w-0 gap-4">
          {!verification.error && <CoverageCard name={name} verification={verification.data} />}
          <ScheduleCard datastore={datastore} kind="verify">
            {job && <ReadsNote options={job.options} />}
          </ScheduleCard>
          {jobs && <NamedJobs datastore={datastore} jobs={jobs} kind="verify" />}
        </div>
      </div>
      {asking && <RunVerifyDialog name={name} {...asking} onClose={() => setAsking(null)} />}
    </>
  );
}

/** What a run by schedule reads. */
function ReadsNote({ options }: { options: JobView['options'] }) {
  const { outdatedAfterDays: days = null, budgetBytes = null, namespace } = options;
  const again =
    days === null
      ? 'each snapshot once'
      : days === 0
        ? 'everything'
        : `each snapshot again after ${days} days`;
  const parts = [
    again,
    namespace ? `in ${namespace}` : '',
    budgetBytes === null ? '' : `at most about ${formatBytes(budgetBytes)} a run`,
  ];
  return (
    <p className="text-table">
      <span className="text-muted">Reads </span>
      {parts.filter(Boolean).join(', ')}
    </p>
  );
}
