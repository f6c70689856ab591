import { formatCount } from '#domain/units.ts';
import { namespaceLabel } from '../namespace/namespace-words.ts';
import type { SnapshotView } from '../trpc/views.ts';
import { Bytes } from '../ui/Bytes.tsx';
import { cn } from '../ui/class-names.ts';
import { type Column, tableSpec } from '../ui/table/columns.ts';
import { AbsoluteTime, ZoneName } from '../ui/time/AbsoluteTime.tsx';
import { RelativeTime } from '../ui/time/RelativeTime.tsx';
import { Unknown } from '../ui/Unknown.tsx';
import { SnapshotBadges } from './SnapshotBadges.tsx';
import { SNAPSHOT_DEFAULT_SORT, SNAPSHOT_FILTER_IDS } from './snapshot-question.ts';
import { archiveCount, unfinishedReason } from './snapshot-words.ts';
import { VerifyMark } from './VerifyMark.tsx';

export const SNAPSHOT_COLUMNS: Column<SnapshotView>[] = [
  {
    id: 'group',
    header: 'Group',
    cell: (row) => <Name text={groupName(row)} className="max-w-44" />,
    aside: (row) => <SnapshotBadges snapshot={row} />,
    sortBy: groupName,
  },
  {
    id: 'time',
    header: 'Time',
    headerNote: <ZoneName />,
    cell: (row) => <AbsoluteTime at={row.time * 1000} />,
    sortBy: (row) => row.time,
    descendingFirst: true,
  },
  {
    id: 'age',
    header: 'Age',
    cell: (row) => (
      <span className="whitespace-nowrap text-muted">
        <RelativeTime at={row.time * 1000} />
      </span>
    ),
  },
  {
    id: 'verified',
    header: 'Verified',
    cell: (row) => <VerifyMark snapshot={row} inColumn />,
  },
  {
    id: 'datastore',
    header: 'Datastore',
    cell: (row) => <Name text={row.datastore} className="max-w-32" />,
    sortBy: (row) => row.datastore,
  },
  {
    id: 'namespace',
    header: 'Namespace',
    cell: (row) => (
      <Name
        text={namespaceLabel(row.namespace)}
        className={cn('max-w-28', row.namespace === '' && 'text-muted')}
      />
    ),
    sortBy: (row) => row.namespace,
  },
  {
    id: 'size',
    header: 'Size',
    align: 'end',
    cell: (row) => <Bytes value={row.sizeBytes} unknown={unfinishedReason(row)} />,
    sortBy: (row) => row.sizeBytes,
    descendingFirst: true,
  },
  {
    id: 'new',
    header: 'New',
    align: 'end',
    cell: (row) => <Bytes value={row.newBytes} unknown="This server did not see the backup happen" />,
    sortBy: (row) => row.newBytes,
    descendingFirst: true,
  },
  {
    id: 'owner',
    header: 'Owner',
    hiddenByDefault: true,
    cell: (row) =>
      row.owner === null ? (
        <Unknown reason="The owner file is missing or cannot be read" />
      ) : (
        <Name text={row.owner} className="max-w-28" />
      ),
    sortBy: (row) => row.owner,
  },
  {
    id: 'archives',
    header: 'Archives',
    align: 'end',
    hiddenByDefault: true,
    cell: (row) => formatCount(archiveCount(row.files)),
  },
  {
    id: 'notes',
    header: 'Notes',
    hiddenByDefault: true,
    cell: (row) => (
      <span className="block max-w-80 truncate text-muted" title={row.notes}>
        {row.notes.split('\n')[0]}
      </span>
    ),
  },
];

/** The server sorts; a column's `sortBy` only says that it can. */
export const SNAPSHOT_TABLE = tableSpec(SNAPSHOT_COLUMNS, {
  filterIds: SNAPSHOT_FILTER_IDS,
  defaultSort: SNAPSHOT_DEFAULT_SORT,
});

function groupName({ type, id }: SnapshotView): string {
  return `${type}/${id}`;
}

/** One line, however long it is; the snapshot's own page has all of it. */
function Name({ text, className }: { text: string; className: string }) {
  return (
    <span title={text} className={cn('block truncate', className)}>
      {text}
    </span>
  );
}
