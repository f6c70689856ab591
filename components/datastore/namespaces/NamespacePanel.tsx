'use client';

import { useQuery } from '@tanstack/react-query';
import { Ellipsis } from 'lucide-react';
import Link from 'next/link';
import { namespaceUseWords, sharedBytes } from '#domain/namespace.ts';
import { scopeWords } from '#domain/scope.ts';
import { countOf, formatCount } from '#domain/units.ts';
import { namespaceLabel } from '../../namespace/namespace-words.ts';
import type { NamespaceActions } from '../../namespace/use-namespace-actions.tsx';
import { errorDetails, isApiError } from '../../trpc/api-error.ts';
import { useTRPC } from '../../trpc/trpc.ts';
import type { NamespaceDetail } from '../../trpc/views.ts';
import { Bytes } from '../../ui/Bytes.tsx';
import { Card } from '../../ui/Card.tsx';
import { CommandHint } from '../../ui/CommandHint.tsx';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { KeyValueList } from '../../ui/KeyValueList.tsx';
import { Menu } from '../../ui/Menu.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { RelativeTime } from '../../ui/time/RelativeTime.tsx';
import { jobHref, jobTitle } from '../job-words.ts';
import { NamespaceGrants } from './NamespaceGrants.tsx';
import { NamespaceGroups } from './NamespaceGroups.tsx';
import { PanelSection } from './PanelSection.tsx';

interface NamespacePanelProps {
  datastore: string;
  namespace: string;
  actions: NamespaceActions;
}

/** Everything about one namespace: what it uses, what is in it, who may what, and what looks after it. */
export function NamespacePanel({ datastore, namespace, actions }: NamespacePanelProps) {
  const trpc = useTRPC();
  const query = useQuery(trpc.namespace.get.queryOptions({ datastore, namespace }));
  const { data: detail, error } = query;
  const label = namespaceLabel(namespace);
  return (
    <Card
      title={<span className="wrap-anywhere">{label}</span>}
      flush
      actions={
        detail && (
          <Menu
            trigger={<IconButton label={`Actions for ${label}`} icon={<Ellipsis />} />}
            entries={actions.entriesOf(namespace)}
          />
        )
      }
      footer={
        namespace !== '' && <CommandHint text={`ironcore-backup namespace show ${datastore} ${namespace}`} />
      }
    >
      {error && !detail && (
        <ErrorState
          title={
            isApiError(error, 'NAMESPACE_NOT_FOUND')
              ? `There is no namespace ${label}`
              : `${label} could not be loaded`
          }
          error={errorDetails(error)}
          onRetry={() => void query.refetch()}
        />
      )}
      {query.isPending && <Skeleton className="m-4 h-40" />}
      {detail && (
        <>
          <Usage detail={detail} />
          <NamespaceGroups datastore={datastore} detail={detail} />
          <NamespaceGrants grants={detail.grants} path={detail.path} datastore={datastore} />
          <Jobs datastore={datastore} detail={detail} />
        </>
      )}
    </Card>
  );
}

function Usage({ detail }: { detail: NamespaceDetail }) {
  const { below, spaceUseAt } = detail;
  const unknown = 'No garbage collection has looked since who uses the space';
  return (
    <PanelSection title="Usage">
      <KeyValueList
        layout="apart"
        entries={[
          { label: 'Its own', value: <Bytes value={detail.exclusiveBytes} unknown={unknown} /> },
          {
            label: 'Shared with other namespaces',
            value: <Bytes value={sharedBytes(detail)} unknown={unknown} />,
          },
          { label: 'Total on the disk', value: <Bytes value={detail.usedBytes} unknown={unknown} /> },
          { label: 'Size as if nothing were shared', value: <Bytes value={detail.logicalBytes} /> },
          {
            label: 'Last backup',
            value: <RelativeTime at={detail.lastBackupAt?.getTime()} unknown="No backup" />,
          },
          ...(below.namespaces.length > 0
            ? [
                {
                  label: `${countOf(below.namespaces.length, 'namespace')} below`,
                  value: `${formatCount(below.snapshotCount)} snapshots in ${countOf(below.groupCount, 'group')}`,
                },
              ]
            : []),
        ]}
      />
      <p className="text-table text-muted">
        {namespaceUseWords(detail)}
        {spaceUseAt && detail.usedBytes !== null && (
          <>
            {' '}
            As of <RelativeTime at={spaceUseAt.getTime()} />.
          </>
        )}
      </p>
    </PanelSection>
  );
}

function Jobs({ datastore, detail: { jobs } }: { datastore: string; detail: NamespaceDetail }) {
  return (
    <PanelSection title="Jobs">
      <ul className="grid text-table">
        {jobs.map((job) => (
          <li key={`${job.kind} ${job.name}`} className="flex flex-wrap justify-between gap-x-4 py-1">
            <Link
              href={jobHref(datastore, job.kind)}
              className="text-accent underline-offset-2 hover:underline"
            >
              {jobTitle(job.kind, job.name)}
            </Link>
            <span className="ml-auto text-right text-muted">
              {job.words}, {scopeWords(job)}
            </span>
          </li>
        ))}
      </ul>
    </PanelSection>
  );
}
