'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useState } from 'react';
import { type DatastoreName, formatGroupPath } from '#domain/ids.ts';
import { countOf } from '#domain/units.ts';
import { snapshotHref, snapshotId, snapshotLabel } from '../../snapshot/snapshot-words.ts';
import { errorDetails } from '../../trpc/api-error.ts';
import { useTRPC } from '../../trpc/trpc.ts';
import type { TopUse as TopUseView } from '../../trpc/views.ts';
import { Button } from '../../ui/Button.tsx';
import { Bytes } from '../../ui/Bytes.tsx';
import { ErrorBanner } from '../../ui/ErrorState.tsx';
import { RelativeTime } from '../../ui/time/RelativeTime.tsx';

/** Which snapshots and groups pin the most space: what forgetting them would free. Nothing before anybody has looked. */
export function TopUse({ name }: { name: string }) {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(trpc.datastore.topUse.queryOptions({ name }));
  if (error) {
    return (
      <ErrorBanner
        title="Who holds the space could not be loaded"
        error={errorDetails(error)}
        onRetry={() => void refetch()}
      />
    );
  }
  if (!data || data.asOf === null) return null;
  const rows = rowsOf(name, data);
  const isEmpty = rows.snapshots.length + rows.groups.length === 0;
  return (
    <section aria-label="What holds the space" className="grid gap-3 border-t pt-3">
      <p className="text-table text-muted">
        What forgetting would free{isEmpty && ': nothing, since no chunk is needed by one snapshot alone'}, as
        of <RelativeTime at={data.asOf.getTime()} />
      </p>
      <Pins label="Snapshots" noun="snapshot" rows={rows.snapshots} />
      <Pins label="Groups" noun="group" rows={rows.groups} />
    </section>
  );
}

interface Row {
  key: string;
  namespace: string;
  label: string;
  href: string;
  exclusiveBytes: number;
  usedBytes: number;
}

function rowsOf(datastore: string, { snapshots, groups }: TopUseView): { snapshots: Row[]; groups: Row[] } {
  return {
    snapshots: snapshots.map((one) => {
      const key = { ...one, datastore: datastore as DatastoreName };
      return { ...one, key: snapshotId(key), label: snapshotLabel(key), href: snapshotHref(key) };
    }),
    groups: groups.map((one) => ({
      ...one,
      key: formatGroupPath(one),
      label: `${one.type}/${one.id}`,
      href: groupHref(datastore, one),
    })),
  };
}

/** In the list of all snapshots. */
function groupHref(datastore: string, { namespace, type, id }: TopUseView['groups'][number]): string {
  return `/snapshots?${new URLSearchParams({ datastore, namespace: namespace || '/', type, id })}`;
}

const FEW = 5;

function Pins({ label, noun, rows }: { label: string; noun: string; rows: readonly Row[] }) {
  const [isOpen, setOpen] = useState(false);
  if (rows.length === 0) return null;
  const shown = isOpen ? rows : rows.slice(0, FEW);
  return (
    <div className="grid gap-1">
      <h3 className="text-small text-muted">{label}</h3>
      <ul className="text-table">
        {shown.map((row) => (
          <Pin key={row.key} row={row} />
        ))}
      </ul>
      {rows.length > FEW && (
        <Button size="small" variant="ghost" className="justify-self-start" onClick={() => setOpen(!isOpen)}>
          {isOpen ? 'Show fewer' : `Show ${countOf(rows.length - FEW, noun)} more`}
        </Button>
      )}
    </div>
  );
}

function Pin({ row: { namespace, label, href, exclusiveBytes, usedBytes } }: { row: Row }) {
  return (
    <li className="flex flex-wrap items-baseline justify-between gap-x-4 py-1 not-last:border-b">
      <span className="min-w-0 wrap-anywhere">
        {namespace !== '' && <span className="text-muted">{namespace}/</span>}
        <Link href={href} className="text-accent underline-offset-2 hover:underline">
          {label}
        </Link>
      </span>
      <span className="ml-auto whitespace-nowrap tabular-nums">
        <span className="font-medium">
          <Bytes value={exclusiveBytes} />
        </span>{' '}
        <span className="text-muted">
          of <Bytes value={usedBytes} />
        </span>
      </span>
    </li>
  );
}
