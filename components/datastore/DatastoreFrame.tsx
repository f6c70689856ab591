'use client';

import { Ellipsis, HardDriveUpload } from 'lucide-react';
import type { ReactNode } from 'react';
import { datastorePath } from '#domain/permissions.ts';
import { useBackupDialog } from '../backup/BackupDialogProvider.tsx';
import { Updated } from '../live/Updated.tsx';
import { usePermissions } from '../session/use-permissions.ts';
import { errorDetails, isApiError } from '../trpc/api-error.ts';
import { QueryRefusal } from '../trpc/QueryRefusal.tsx';
import type { DatastoreDetail } from '../trpc/views.ts';
import { Badge } from '../ui/Badge.tsx';
import { Button } from '../ui/Button.tsx';
import { cn } from '../ui/class-names.ts';
import { ErrorState } from '../ui/ErrorState.tsx';
import { IconButton } from '../ui/IconButton.tsx';
import { Menu } from '../ui/Menu.tsx';
import { PageHeader } from '../ui/PageHeader.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import { DatastoreStatusBadge } from '../ui/StatusBadge.tsx';
import { TabLinks } from '../ui/TabLinks.tsx';
import { UsageBar } from '../ui/UsageBar.tsx';
import { UsedOfSize } from './columns.tsx';
import { DatastoreMissing } from './DatastoreMissing.tsx';
import { datastoreHref, KIND_WORDS } from './datastore-words.ts';
import { StatusBanner } from './StatusBanner.tsx';
import { useDatastore } from './use-datastore.ts';
import { useDatastoreActions } from './use-datastore-actions.tsx';

/** Header, banner and tabs of a datastore around the tab that is open. */
export function DatastoreFrame({ name, children }: { name: string; children: ReactNode }) {
  const query = useDatastore(name);
  const { data: datastore, error } = query;
  const actions = useDatastoreActions();
  if (!datastore && isApiError(error, 'DATASTORE_NOT_FOUND', 'NAME_INVALID'))
    return <DatastoreMissing name={name} />;
  if (!datastore && error) {
    return (
      <QueryRefusal error={error} title={`You cannot see ${name}`} wholePage>
        <ErrorState
          wholePage
          title={`${name} could not be loaded`}
          error={errorDetails(error)}
          onRetry={() => void query.refetch()}
        />
      </QueryRefusal>
    );
  }
  return (
    <>
      <Header name={name} datastore={datastore} updatedAt={query.dataUpdatedAt} actions={actions} />
      {actions.problem}
      {datastore && <StatusBanner datastore={datastore} />}
      <div className={cn('grid min-w-0 gap-4', isStale(datastore) && 'grayscale')}>{children}</div>
      {actions.dialogs}
    </>
  );
}

/** What is shown is what was last known. */
function isStale(datastore: DatastoreDetail | undefined): boolean {
  return datastore?.status === 'offline';
}

interface HeaderProps {
  name: string;
  datastore: DatastoreDetail | undefined;
  updatedAt: number;
  actions: ReturnType<typeof useDatastoreActions>;
}

function Header({ name, datastore, updatedAt, actions }: HeaderProps) {
  const openBackup = useBackupDialog();
  const { holdsBelow } = usePermissions();
  return (
    <PageHeader
      title={name}
      status={datastore && <HeaderStatus datastore={datastore} />}
      meaning={datastore?.comment}
      actions={
        datastore && (
          <>
            <Updated at={updatedAt} />
            <Menu
              trigger={<IconButton label={`Actions for ${name}`} variant="secondary" icon={<Ellipsis />} />}
              entries={actions.entriesOf(datastore)}
            />
            <Button
              variant="primary"
              icon={<HardDriveUpload />}
              onClick={() => openBackup({ datastore: name })}
              disabledReason={
                !holdsBelow(datastorePath(name), 'Datastore.Backup') &&
                `You need Datastore.Backup on ${datastorePath(name)}`
              }
            >
              Back up a machine
            </Button>
          </>
        )
      }
      tabs={
        <TabLinks
          label={`Datastore ${name}`}
          tabs={[
            { href: datastoreHref(name, 'summary'), label: 'Summary' },
            { href: datastoreHref(name, 'content'), label: 'Content', note: datastore?.groupCount },
            { href: datastoreHref(name, 'namespaces'), label: 'Namespaces' },
            { href: datastoreHref(name, 'gc'), label: 'GC' },
            { href: datastoreHref(name, 'verify'), label: 'Verify' },
            { href: datastoreHref(name, 'prune'), label: 'Prune' },
            { href: datastoreHref(name, 'permissions'), label: 'Permissions' },
            { href: datastoreHref(name, 'options'), label: 'Options' },
          ]}
        />
      }
    />
  );
}

function HeaderStatus({ datastore }: { datastore: DatastoreDetail }) {
  const { status, statusReason, statusSince } = datastore;
  return (
    <>
      <Badge>{KIND_WORDS[datastore.kind]}</Badge>
      <DatastoreStatusBadge
        status={status}
        since={statusSince.getTime()}
        reason={statusReason || undefined}
      />
      <span className="flex items-center gap-3 text-table">
        <UsageBar
          usedBytes={datastore.usedBytes}
          availableBytes={datastore.availableBytes}
          sizeBytes={datastore.totalBytes}
          label={datastore.name}
          bare
          className="w-24"
        />
        <UsedOfSize row={datastore} />
      </span>
    </>
  );
}

export function TabSkeleton() {
  return <Skeleton className="h-64 rounded-lg" />;
}
