'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { SnapshotRow } from '../../snapshot/SnapshotRow.tsx';
import { snapshotId } from '../../snapshot/snapshot-words.ts';
import type { useSnapshotActions } from '../../snapshot/use-snapshot-actions.tsx';
import { errorDetails } from '../../trpc/api-error.ts';
import { useTRPC } from '../../trpc/trpc.ts';
import type { GroupView } from '../../trpc/views.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorBanner } from '../../ui/ErrorState.tsx';
import { CheckboxBox } from '../../ui/forms/Checkbox.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { Table, Th } from '../../ui/table/Table.tsx';
import { ZoneName } from '../../ui/time/AbsoluteTime.tsx';
import { groupLabel } from './group-columns.tsx';

const PAGE = 50;

interface GroupSnapshotsProps {
  datastore: string;
  group: GroupView;
  actions: ReturnType<typeof useSnapshotActions>;
}

/** The snapshots of one group, newest first, each with its archives on demand. */
export function GroupSnapshots({ datastore, group, actions }: GroupSnapshotsProps) {
  const trpc = useTRPC();
  const { namespace, type, id } = group;
  const query = useInfiniteQuery(
    trpc.snapshot.list.infiniteQueryOptions(
      { datastore, namespace, type, id, limit: PAGE },
      { getNextPageParam: (page) => page.cursor ?? undefined },
    ),
  );
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const snapshots = query.data?.pages.flatMap((page) => page.snapshots) ?? [];
  const chosen = snapshots.filter((snapshot) => selected.has(snapshotId(snapshot)));
  const select = (ids: readonly string[], on: boolean) =>
    setSelected(
      (known) => new Set(on ? [...known, ...ids] : [...known].filter((each) => !ids.includes(each))),
    );
  const label = groupLabel(group);
  if (query.error) {
    return (
      <div className="p-3">
        <ErrorBanner
          title={`The snapshots of ${label} could not be loaded`}
          error={errorDetails(query.error)}
          onRetry={() => void query.refetch()}
        />
      </div>
    );
  }
  if (query.isPending) return <Skeleton className="m-4 h-16" />;
  return (
    <section
      aria-label={`Snapshots of ${label}`}
      className="relative overflow-x-auto pl-6 contain-inline-size"
    >
      {chosen.length > 0 && (
        <SelectionBar
          count={chosen.length}
          onForget={() => actions.forget(chosen)}
          onClear={() => setSelected(new Set())}
        />
      )}
      <Table>
        <Head
          label={label}
          checked={chosen.length === snapshots.length || (chosen.length > 0 && 'indeterminate')}
          onCheck={(on) => select(snapshots.map(snapshotId), on)}
        />
        <tbody>
          {snapshots.map((snapshot) => (
            <SnapshotRow
              key={snapshotId(snapshot)}
              snapshot={snapshot}
              isSelected={selected.has(snapshotId(snapshot))}
              onSelect={(on) => select([snapshotId(snapshot)], on)}
              actions={actions.entriesOf(snapshot)}
            />
          ))}
        </tbody>
      </Table>
      {query.hasNextPage && (
        <div className="py-2">
          <Button
            size="small"
            variant="ghost"
            pending={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            Show more
          </Button>
        </div>
      )}
    </section>
  );
}

function SelectionBar({
  count,
  onForget,
  onClear,
}: {
  count: number;
  onForget: () => void;
  onClear: () => void;
}) {
  return (
    <div role="status" className="flex flex-wrap items-center gap-2 py-1.5 pr-4">
      <p className="mr-2 text-table font-medium">{count} selected</p>
      <Button size="small" onClick={onForget}>
        Forget…
      </Button>
      <Button size="small" variant="ghost" onClick={onClear}>
        Clear selection
      </Button>
    </div>
  );
}

interface HeadProps {
  label: string;
  checked: boolean | 'indeterminate';
  onCheck: (on: boolean) => void;
}

function Head({ label, checked, onCheck }: HeadProps) {
  return (
    <thead>
      <tr>
        <Th className="w-8">
          <CheckboxBox
            aria-label={`Select all snapshots of ${label}`}
            checked={checked}
            onCheckedChange={(on) => onCheck(on === true)}
          />
        </Th>
        <Th>
          Time <ZoneName />
        </Th>
        <Th>Age</Th>
        <Th>Verified</Th>
        <Th align="end">Size</Th>
        <Th align="end">New</Th>
        <Th align="end">Archives</Th>
        <Th>Notes</Th>
        <Th>
          <span className="sr-only">Actions</span>
        </Th>
      </tr>
    </thead>
  );
}
