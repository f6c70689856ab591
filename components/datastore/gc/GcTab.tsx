'use client';

import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { datastorePath } from '#domain/permissions.ts';
import { usePermissions } from '../../session/use-permissions.ts';
import { useTRPC } from '../../trpc/trpc.ts';
import type { JobView } from '../../trpc/views.ts';
import { ErrorBanner } from '../../ui/ErrorState.tsx';
import { whyNotReadable, whyNotWritable } from '../datastore-words.ts';
import { useRuns } from '../runs/use-runs.ts';
import { ScheduleCard } from '../schedule/ScheduleCard.tsx';
import { useDatastore } from '../use-datastore.ts';
import { useDatastoreActions } from '../use-datastore-actions.tsx';
import { GcHistory } from './GcHistory.tsx';
import { LastRunCard } from './LastRunCard.tsx';
import { PreviewCard } from './PreviewCard.tsx';
import { graceWords, prepareHistory } from './prepare-gc.ts';

/** What was freed, what could be, and the way to do it. */
export function GcTab({ name }: { name: string }) {
  const trpc = useTRPC();
  const { data: datastore } = useDatastore(name);
  const { tasks, runs, error, refetch } = useRuns(name, 'datastore.gc');
  const { runs: previews } = useRuns(name, 'datastore.gcPreview');
  const { data: jobs } = useQuery(trpc.datastore.jobs.queryOptions({ name }));
  const job = jobs?.jobs.find(({ kind }) => kind === 'gc');
  const { show, dialogs } = useDatastoreActions();
  const { lacks } = usePermissions();
  const history = useMemo(() => prepareHistory(tasks ?? []), [tasks]);
  if (!datastore) return null;
  const missing = lacks(datastorePath(name), 'Datastore.Modify');
  return (
    <>
      {error && (
        <ErrorBanner title="The last runs could not be loaded" error={error} onRetry={() => void refetch()} />
      )}
      <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] items-start gap-4 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="grid min-w-0 gap-4">
          <LastRunCard
            name={name}
            runs={runs}
            onRun={() => show('gc', datastore)}
            disabledReason={missing || whyNotWritable(datastore)}
          />
          <GcHistory history={history} />
        </div>
        <div className="grid min-w-0 gap-4">
          <PreviewCard
            name={name}
            previews={previews}
            lastRun={runs?.lastGood ?? null}
            disabledReason={missing || whyNotReadable(datastore)}
          />
          <ScheduleCard datastore={datastore} kind="gc">
            {job && <LimitsNote options={job.options} />}
          </ScheduleCard>
        </div>
      </div>
      {dialogs}
    </>
  );
}

/** What a run by schedule keeps, and when it stops. */
function LimitsNote({ options: { graceMinutes = 0, stopPercent = null } }: { options: JobView['options'] }) {
  return (
    <p className="text-table">
      <span className="text-muted">Keeps </span>
      {graceMinutes === 0 ? 'nothing that is not needed' : `what was used within ${graceWords(graceMinutes)}`}
      <span className="text-muted">, stops </span>
      {stopPercent === null ? 'at no limit' : `when more than ${stopPercent} % of what is stored would go`}
    </p>
  );
}
