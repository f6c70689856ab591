'use client';

import { HardDriveUpload } from 'lucide-react';
import { useBackupDialog } from '../backup/BackupDialogProvider.tsx';
import { Updated } from '../live/Updated.tsx';
import { usePermissions } from '../session/use-permissions.ts';
import { errorDetails, maybeErrorDetails } from '../trpc/api-error.ts';
import type { Overview } from '../trpc/views.ts';
import { Button } from '../ui/Button.tsx';
import { CommandHint } from '../ui/CommandHint.tsx';
import { cn } from '../ui/class-names.ts';
import { ErrorBanner, ErrorState } from '../ui/ErrorState.tsx';
import { ForbiddenState } from '../ui/ForbiddenState.tsx';
import { PageHeader } from '../ui/PageHeader.tsx';
import { ActivityCard } from './ActivityCard.tsx';
import { Checklist } from './Checklist.tsx';
import { DashboardSkeleton } from './DashboardSkeleton.tsx';
import { DatastoreCards } from './DatastoreCards.tsx';
import { STATUS_COMMAND } from './dashboard-words.ts';
import { LatestTasksCard } from './LatestTasksCard.tsx';
import { isComplete } from './prepare-checklist.ts';
import { RunningCard } from './RunningCard.tsx';
import { TimelineCard } from './TimelineCard.tsx';
import { useChecklist } from './use-checklist.ts';
import { useOverview } from './use-overview.ts';
import { VerdictStrip } from './VerdictStrip.tsx';

/** Are my backups safe, and will they fit? */
export function DashboardPage() {
  const query = useOverview();
  const { data: overview, error } = query;
  return (
    <>
      <Header overview={overview} updatedAt={query.dataUpdatedAt} />
      {error && overview && (
        <ErrorBanner
          title="The dashboard could not be refreshed"
          error={errorDetails(error)}
          onRetry={() => void query.refetch()}
        />
      )}
      {overview ? (
        <Content overview={overview} at={query.dataUpdatedAt} />
      ) : (
        <Waiting error={maybeErrorDetails(error)} onRetry={() => void query.refetch()} />
      )}
    </>
  );
}

function Header({ overview, updatedAt }: { overview: Overview | undefined; updatedAt: number }) {
  const openBackup = useBackupDialog();
  const { holdsBelow } = usePermissions();
  const mayBackUp = holdsBelow('/datastore', 'Datastore.Backup');
  return (
    <PageHeader
      title="Dashboard"
      meaning="Are the backups safe, and will they fit?"
      actions={
        <>
          <Updated at={updatedAt} />
          {overview && isComplete(overview.checklist) && mayBackUp && (
            <Button variant="primary" icon={<HardDriveUpload />} onClick={() => openBackup()}>
              Back up a machine
            </Button>
          )}
        </>
      }
    />
  );
}

interface WaitingProps {
  error: ReturnType<typeof maybeErrorDetails>;
  onRetry: () => void;
}

function Waiting({ error, onRetry }: WaitingProps) {
  if (!error) return <DashboardSkeleton />;
  return <ErrorState title="The dashboard could not be loaded" error={error} onRetry={onRetry} />;
}

/** Any of these shows a datastore. */
const VISIBLE = ['Datastore.Audit', 'Datastore.Read', 'Datastore.Backup', 'Datastore.Modify'] as const;

function Content({ overview, at }: { overview: Overview; at: number }) {
  const { holdsBelow } = usePermissions();
  const checklist = useChecklist(overview.checklist);
  if (!holdsBelow('/datastore', ...VISIBLE, 'Datastore.Allocate')) {
    return (
      <ForbiddenState
        partOfPage
        title="You cannot see any datastore"
        privileges={VISIBLE}
        path="/datastore"
      />
    );
  }
  return (
    <>
      <VerdictStrip overview={overview} />
      {checklist.shown && <Checklist overview={overview} onHide={checklist.hide} />}
      {overview.datastores.length > 0 && <Filled overview={overview} at={at} />}
      <footer className="text-table text-muted">
        <CommandHint text={STATUS_COMMAND} />
      </footer>
    </>
  );
}

/** The datastores, what happens now and what happened. */
function Filled({ overview, at }: { overview: Overview; at: number }) {
  const { datastores, activity, failures, zone } = overview;
  const single = datastores.length === 1;
  const tasks = (
    <div className={cn('grid min-w-0 gap-4 lg:grid-cols-2', single && 'xl:col-span-2')}>
      <RunningCard />
      <ActivityCard activity={activity} />
    </div>
  );
  return (
    <>
      <DatastoreCards datastores={datastores} at={at} beside={single && tasks} />
      {!single && tasks}
      <TimelineCard datastores={datastores} zone={zone} at={at} />
      <LatestTasksCard failures={failures} />
    </>
  );
}
