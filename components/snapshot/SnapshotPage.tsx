'use client';

import { useQuery } from '@tanstack/react-query';
import { Camera, Ellipsis } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useMemo } from 'react';
import type { NamespacePath } from '#domain/ids.ts';
import { datastorePath } from '#domain/permissions.ts';
import { formatCount } from '#domain/units.ts';
import { showSnapshotCommand } from '../commands/snapshot-commands.ts';
import { useDatastore } from '../datastore/use-datastore.ts';
import { usePermissions } from '../session/use-permissions.ts';
import { PageCrumbs } from '../shell/ShellContext.tsx';
import { errorDetails, isApiError } from '../trpc/api-error.ts';
import { QueryRefusal } from '../trpc/QueryRefusal.tsx';
import { useTRPC } from '../trpc/trpc.ts';
import type { SnapshotView } from '../trpc/views.ts';
import { Banner } from '../ui/Banner.tsx';
import { Button, ButtonLink } from '../ui/Button.tsx';
import { Card } from '../ui/Card.tsx';
import { CommandHint } from '../ui/CommandHint.tsx';
import { ErrorState } from '../ui/ErrorState.tsx';
import { IconButton } from '../ui/IconButton.tsx';
import { Menu } from '../ui/Menu.tsx';
import { PageHeader } from '../ui/PageHeader.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import { StateBlock } from '../ui/StateBlock.tsx';
import { AbsoluteTime, ZoneName } from '../ui/time/AbsoluteTime.tsx';
import { ArchiveBrowser } from './ArchiveBrowser.tsx';
import { FileList } from './FileList.tsx';
import type { SnapshotAddress } from './parse-address.ts';
import { SnapshotBadges } from './SnapshotBadges.tsx';
import { SnapshotFacts } from './SnapshotFacts.tsx';
import { archiveCount } from './snapshot-words.ts';
import { useSnapshotActions } from './use-snapshot-actions.tsx';
import { VerifyMark } from './VerifyMark.tsx';

export function SnapshotPage({ address }: { address: SnapshotAddress }) {
  const trpc = useTRPC();
  const query = useQuery(trpc.snapshot.get.queryOptions(address));
  const { data: snapshot, error } = query;
  if (isApiError(error, 'SNAPSHOT_NOT_FOUND', 'DATASTORE_NOT_FOUND')) return <Gone address={address} />;
  if (!snapshot && error) {
    return (
      <QueryRefusal error={error} title="You cannot see this snapshot" wholePage>
        <ErrorState
          wholePage
          title="The snapshot could not be loaded"
          error={errorDetails(error)}
          onRetry={() => void query.refetch()}
        />
      </QueryRefusal>
    );
  }
  return snapshot ? <Loaded snapshot={snapshot} /> : <Skeleton className="h-96 rounded-lg" />;
}

function Loaded({ snapshot }: { snapshot: SnapshotView }) {
  const router = useRouter();
  const groupHref = hrefOfGroup(snapshot);
  const actions = useSnapshotActions({ onForgotten: () => router.push(groupHref) });
  const { data: datastore } = useDatastore(snapshot.datastore);
  const group = `${snapshot.type}/${snapshot.id}`;
  const crumbs = useMemo(
    () => [
      { label: 'Backup Solution', href: '/' },
      { label: 'Snapshots', href: '/snapshots' },
      { label: group, href: groupHref },
    ],
    [group, groupHref],
  );
  const offline = datastore?.status === 'offline' || datastore?.status === 'maintenance';
  return (
    <>
      <PageCrumbs crumbs={crumbs} />
      <PageHeader
        title={group}
        status={
          <>
            {snapshot.finished && <VerifyMark snapshot={snapshot} />}
            <SnapshotBadges snapshot={snapshot} />
          </>
        }
        meaning={
          <>
            Snapshot of <AbsoluteTime at={snapshot.time * 1000} /> <ZoneName />
          </>
        }
        actions={
          <>
            <Menu
              trigger={<IconButton label="More actions" variant="secondary" icon={<Ellipsis />} />}
              entries={actions.entriesOf(snapshot)}
            />
            <Button onClick={() => actions.protect(snapshot, !snapshot.protected)}>
              {snapshot.protected ? 'Remove protection' : 'Protect'}
            </Button>
          </>
        }
      />
      {actions.problem}
      {snapshot.damage && (
        <Banner tone="err" title="This snapshot is damaged">
          {snapshot.damage}
        </Banner>
      )}
      {!snapshot.finished && <OpenBanner snapshot={snapshot} onForget={() => actions.forget([snapshot])} />}
      {offline && (
        <Banner tone="warn" title={`${snapshot.datastore} cannot be read now`}>
          {datastore.statusReason || 'Nothing can be browsed or downloaded until it is back.'}
        </Banner>
      )}
      <div className="grid gap-4 xl:grid-cols-2">
        <SnapshotFacts snapshot={snapshot} onEditNotes={() => actions.editNotes(snapshot)} />
        <Card
          title="Archives"
          note={formatCount(archiveCount(snapshot.files))}
          flush
          footer={<CommandHint text={showSnapshotCommand(snapshot)} />}
        >
          <div className="relative overflow-x-auto border-t">
            <FileList snapshot={snapshot} disabledReason={offline && 'The datastore cannot be read now'} />
          </div>
        </Card>
      </div>
      {snapshot.finished && !offline && <ArchiveBrowser snapshot={snapshot} />}
      {actions.dialogs}
    </>
  );
}

interface OpenBannerProps {
  snapshot: SnapshotView;
  onForget: () => void;
}

function OpenBanner({ snapshot, onForget }: OpenBannerProps) {
  const { lacks } = usePermissions();
  const path = datastorePath(snapshot.datastore, snapshot.namespace as NamespacePath);
  if (snapshot.running) {
    return (
      <Banner tone="info" title="This backup is running">
        It can be restored from once it is finished.
      </Banner>
    );
  }
  return (
    <Banner
      tone="warn"
      title="This snapshot is unfinished"
      actions={
        <Button
          size="small"
          onClick={onForget}
          disabledReason={lacks(path, 'Datastore.Modify', 'Datastore.Prune')}
        >
          Forget…
        </Button>
      }
    >
      Its backup was cut off, and nothing can be restored from it. Forget it, and back the machine up again.
    </Banner>
  );
}

/** Its group in the list of all snapshots. */
function hrefOfGroup({ datastore, namespace, type, id }: SnapshotView): string {
  return `/snapshots?${new URLSearchParams({ datastore, namespace: namespace || '/', type, id })}`;
}

function Gone({ address }: { address: SnapshotAddress }) {
  return (
    <StateBlock
      wholePage
      icon={<Camera />}
      title="There is no such snapshot"
      actions={<ButtonLink href="/snapshots">All snapshots</ButtonLink>}
    >
      <p>
        {address.datastore} has no {address.type}/{address.id} of that time. It was forgotten, or the link is
        mistyped.
      </p>
    </StateBlock>
  );
}
