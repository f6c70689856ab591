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
import { Select } from '../../ui/forms/Select.tsx';
import { RelativeTime } from '../../ui/time/RelativeTime.tsx';
import { placeQuery } from '../content/content-address.ts';

/**
 * Which namespaces, groups and snapshots pin the most space: what forgetting them would free. Nothing before anybody has
 * looked.
 */
export function TopUse({ name }: { name: string }) {
  const trpc = useTRPC();
  const [namespace, setNamespace] = useState<string>();
  const { data: all, error, refetch } = useQuery(trpc.datastore.topUse.queryOptions({ name }));
  // Without a namespace it is the same question, and asked once.
  const { data: part = all } = useQuery(trpc.datastore.topUse.queryOptions({ name, namespace }));
  if (error) {
    return (
      <ErrorBanner
        title="Who holds the space could not be loaded"
        error={errorDetails(error)}
        onRetry={() => void refetch()}
      />
    );
  }
  if (!all || all.asOf === null) return null;
  const rows = rowsOf(name, { ...(part ?? all), namespaces: all.namespaces });
  return (
    <section aria-label="What holds the space" className="grid gap-3 border-t pt-3">
      <p className="text-table text-muted">
        What forgetting would free
        {all.groups.length === 0 && ': nothing, since no group needs a chunk alone'}, as of{' '}
        <RelativeTime at={all.asOf.getTime()} />
      </p>
      <Pins label="Namespaces" noun="namespace" rows={rows.namespaces} />
      {all.namespaces.length > 1 && (
        <Select
          aria-label="Groups and snapshots of"
          value={namespace === undefined ? ALL : `/${namespace}`}
          options={[
            { value: ALL, label: 'Groups and snapshots of all namespaces' },
            ...all.namespaces.map((one) => ({
              value: `/${one.namespace}`,
              label: `Of ${namespaceLabel(one.namespace)}`,
            })),
          ]}
          onChange={(value) => setNamespace(value === ALL ? undefined : value.slice(1))}
        />
      )}
      <Pins label="Groups" noun="group" rows={rows.groups} />
      <Pins label="Snapshots" noun="snapshot" rows={rows.snapshots} />
    </section>
  );
}

const ALL = 'all';

interface Row {
  key: string;
  namespace: string;
  label: string;
  href: string;
  exclusiveBytes: number;
  sharedBytes: number;
  usedBytes: number;
}

function rowsOf(datastore: string, { namespaces, groups, snapshots }: TopUseView) {
  return {
    namespaces: namespaces.map((one) => ({
      ...one,
      ...{ key: one.namespace, namespace: '', label: namespaceLabel(one.namespace) },
      href: `/datastores/${datastore}/content${placeQuery(one.namespace)}`,
    })),
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

function namespaceLabel(namespace: string): string {
  return namespace || 'the root namespace';
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

function Pin({ row: { namespace, label, href, exclusiveBytes, sharedBytes, usedBytes } }: { row: Row }) {
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
          {sharedBytes > 0 && (
            <>
              , <Bytes value={sharedBytes} /> shared
            </>
          )}
        </span>
      </span>
    </li>
  );
}
