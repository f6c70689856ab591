'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { countOf } from '#domain/units.ts';
import { useTRPC } from '../../trpc/trpc.ts';
import type { NamespaceDetail } from '../../trpc/views.ts';
import { RelativeTime } from '../../ui/time/RelativeTime.tsx';
import { placeQuery } from '../content/content-address.ts';
import { groupLabel } from '../content/group-columns.tsx';
import { datastoreHref } from '../datastore-words.ts';
import { PanelSection } from './PanelSection.tsx';

/** So many are named here; the list of all is a tab of its own. */
const SHOWN = 5;

/** The groups with the newest backups. */
export function NamespaceGroups({ datastore, detail }: { datastore: string; detail: NamespaceDetail }) {
  const trpc = useTRPC();
  const { path: namespace, groupCount } = detail;
  const question = { datastore, namespace, sort: 'lastBackup' as const, descending: true, limit: SHOWN };
  const { data } = useQuery({
    ...trpc.snapshot.groupPage.queryOptions(question),
    enabled: groupCount > 0,
  });
  const href = `${datastoreHref(datastore, 'content')}${placeQuery(namespace)}`;
  return (
    <PanelSection
      title={groupCount === 0 ? 'Groups' : countOf(groupCount, 'group')}
      link={{ href, label: 'Content' }}
    >
      {groupCount === 0 && <p className="text-table text-muted">No backups in it yet.</p>}
      <ul className="grid text-table">
        {data?.groups.map((group) => (
          <li key={groupLabel(group)} className="flex justify-between gap-4 py-1">
            <Link
              href={`${href}${href.includes('?') ? '&' : '?'}open=${encodeURIComponent(groupLabel(group))}`}
              className="min-w-0 truncate text-accent underline-offset-2 hover:underline"
            >
              {groupLabel(group)}
            </Link>
            <span className="whitespace-nowrap text-muted">
              {countOf(group.snapshotCount, 'snapshot')},{' '}
              <RelativeTime at={group.lastBackupAt?.getTime()} unknown="No finished backup" />
            </span>
          </li>
        ))}
      </ul>
    </PanelSection>
  );
}
