import { formatCount } from '#domain/units.ts';
import { namespaceLabel } from '../namespace/namespace-words.ts';
import type { SnapshotView } from '../trpc/views.ts';
import { Bytes } from '../ui/Bytes.tsx';
import { type Column, tableSpec } from '../ui/table/columns.ts';
import { AbsoluteTime, ZoneName } from '../ui/time/AbsoluteTime.tsx';
import { RelativeTime } from '../ui/time/RelativeTime.tsx';
import { Unknown } from '../ui/Unknown.tsx';
import { SnapshotBadges } from './SnapshotBadges.tsx';
import { SNAPSHOT_FILTER_IDS } from './snapshot-question.ts';

export const SNAPSHOT_COLUMNS: Column<SnapshotView>[] = [
  {
    id: 'group',
    header: 'Group',
    cell: (row) => `${row.type}/${row.id}`,
    aside: (row) => <SnapshotBadges snapshot={row} />,
  },
  {
    id: 'time',
    header: 'Time',
    headerNote: <ZoneName />,
    cell: (row) => <AbsoluteTime at={row.time * 1000} />,
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
  { id: 'datastore', header: 'Datastore', cell: (row) => row.datastore },
  {
    id: 'namespace',
    header: 'Namespace',
    cell: (row) => (
      <span className={row.namespace === '' ? 'text-muted' : undefined}>{namespaceLabel(row.namespace)}</span>
    ),
  },
  {
    id: 'size',
    header: 'Size',
    align: 'end',
    cell: (row) => <Bytes value={row.sizeBytes} unknown="The backup is not finished" />,
  },
  {
    id: 'new',
    header: 'New',
    align: 'end',
    cell: (row) => <Bytes value={row.newBytes} unknown="This server did not see the backup happen" />,
  },
  {
    id: 'owner',
    header: 'Owner',
    cell: (row) => row.owner ?? <Unknown reason="The owner file is missing or cannot be read" />,
  },
  {
    id: 'archives',
    header: 'Archives',
    align: 'end',
    hiddenByDefault: true,
    cell: (row) => formatCount(row.files.length),
  },
  {
    id: 'notes',
    header: 'Notes',
    hiddenByDefault: true,
    cell: (row) => <span className="block max-w-80 truncate text-muted">{row.notes.split('\n')[0]}</span>,
  },
];

/** The server sorts by time, newest first; nothing else is offered. */
export const SNAPSHOT_TABLE = tableSpec(SNAPSHOT_COLUMNS, {
  filterIds: SNAPSHOT_FILTER_IDS,
});
