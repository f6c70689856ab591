'use client';

import { useQuery } from '@tanstack/react-query';
import { LifeBuoy } from 'lucide-react';
import { useState } from 'react';
import { datastorePath } from '#domain/permissions.ts';
import { drillCommands } from '../../commands/drill-commands.ts';
import { usePermissions } from '../../session/use-permissions.ts';
import { errorDetails } from '../../trpc/api-error.ts';
import { useTRPC } from '../../trpc/trpc.ts';
import type { DatastoreDetail } from '../../trpc/views.ts';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { CommandHint } from '../../ui/CommandHint.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorBanner } from '../../ui/ErrorState.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { whyNotWritable } from '../datastore-words.ts';
import { ActiveRun } from '../runs/ActiveRun.tsx';
import { LastRun } from '../runs/LastRun.tsx';
import { useRuns } from '../runs/use-runs.ts';
import { DrillHistory } from './DrillHistory.tsx';
import { DrillSchedule } from './DrillSchedule.tsx';
import { drillQuestion } from './drill-question.ts';
import { LastDrill } from './LastDrill.tsx';
import { RunDrillDialog } from './RunDrillDialog.tsx';

/** The proof that backups can be restored: when it is made, what it last showed, and the way to make it now. */
export function DrillCard({ datastore }: { datastore: DatastoreDetail }) {
  const { name } = datastore;
  const trpc = useTRPC();
  const { lacks } = usePermissions();
  const [asking, setAsking] = useState(false);
  const reports = useQuery(trpc.drill.list.queryOptions(drillQuestion(name)));
  const { runs } = useRuns(name, 'datastore.drill');
  const run = (
    <Button
      size="small"
      onClick={() => setAsking(true)}
      disabledReason={
        lacks(datastorePath(name), 'Datastore.Verify', 'Datastore.Modify') ||
        whyNotWritable(datastore) ||
        (runs?.active && 'One is on its way already')
      }
    >
      Run a drill…
    </Button>
  );
  const [newest] = reports.data?.reports ?? [];
  // A run without a report, such as one that had no room, is told by its task.
  const untold = runs?.last && runs.last.id !== newest?.id ? runs.last : null;
  const isFirst = reports.data?.total === 0 && runs?.last === null && runs.active === null;
  return (
    <Card
      title="Restore drills"
      actions={!isFirst && run}
      footer={<CommandHint text={drillCommands(name)} />}
    >
      <div className="grid gap-4">
        <DrillSchedule datastore={datastore} />
        {reports.error && (
          <ErrorBanner
            title="The reports could not be loaded"
            error={errorDetails(reports.error)}
            onRetry={() => void reports.refetch()}
          />
        )}
        {runs?.active && <ActiveRun task={runs.active} />}
        {isFirst && (
          <EmptyState icon={<LifeBuoy />} title="No restore drill yet" action={run}>
            A backup is worth what can be restored from it. A drill really restores a snapshot on the server,
            reads it back and compares every byte, and keeps the report.
          </EmptyState>
        )}
        {!reports.data && !reports.error && <Skeleton className="h-24" />}
        {untold && <LastRun task={untold} usualMs={runs?.usualMs ?? null} />}
        {newest && <LastDrill name={name} report={newest} />}
        {reports.data && <DrillHistory name={name} reports={reports.data} />}
      </div>
      {asking && <RunDrillDialog name={name} onClose={() => setAsking(false)} />}
    </Card>
  );
}
