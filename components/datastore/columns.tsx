import { deduplicationWords } from '#domain/datastore.ts';
import type { JobKind } from '#domain/job.ts';
import { formatCount, formatRatio } from '#domain/units.ts';
import { usedShare } from '#domain/usage.ts';
import type { DatastoreView } from '../trpc/views.ts';
import { Bytes } from '../ui/Bytes.tsx';
import { cn } from '../ui/class-names.ts';
import { Hint } from '../ui/Hint.tsx';
import { DatastoreStatusBadge } from '../ui/StatusBadge.tsx';
import { DATASTORE_LOOKS } from '../ui/status-looks.ts';
import type { Column } from '../ui/table/columns.ts';
import { tableSpec } from '../ui/table/columns.ts';
import { RelativeTime } from '../ui/time/RelativeTime.tsx';
import { Unknown } from '../ui/Unknown.tsx';
import { UsageBar } from '../ui/UsageBar.tsx';
import { KIND_WORDS } from './datastore-words.ts';
import { jobLabel } from './job-words.ts';
import { LastJobRun } from './LastJobRun.tsx';
import { nextRunOf } from './next-run.ts';
import { PinButton } from './PinButton.tsx';

export const DATASTORE_COLUMNS: Column<DatastoreView>[] = [
  {
    id: 'name',
    header: 'Name',
    cell: (row) => row.name,
    aside: (row) => <PinButton name={row.name} />,
    sortBy: (row) => row.name,
  },
  {
    id: 'type',
    header: 'Type',
    hiddenByDefault: true, // there is one so far
    cell: (row) => KIND_WORDS[row.kind],
    sortBy: (row) => row.kind,
  },
  {
    id: 'status',
    header: 'Status',
    cell: (row) => (
      <DatastoreStatusBadge
        status={row.status}
        since={row.statusSince.getTime()}
        reason={row.statusReason || undefined}
      />
    ),
    sortBy: (row) => DATASTORE_LOOKS[row.status].severity,
    descendingFirst: true,
  },
  {
    id: 'usage',
    header: 'Usage',
    minWidth: '140px',
    cell: (row) => (
      <UsageBar
        usedBytes={row.usedBytes}
        availableBytes={row.availableBytes}
        sizeBytes={row.totalBytes}
        label={row.name}
        unknown={NOT_PROBED}
      />
    ),
    sortBy: usedShare,
    descendingFirst: true,
  },
  {
    id: 'used',
    header: 'Used / size',
    align: 'end',
    cell: (row) => <UsedOfSize row={row} />,
    sortBy: (row) => row.usedBytes,
    descendingFirst: true,
  },
  {
    id: 'deduplication',
    header: 'Dedup',
    align: 'end',
    cell: (row) => <DedupRatio row={row} />,
    sortBy: (row) => row.deduplicationRatio,
    descendingFirst: true,
  },
  {
    id: 'snapshots',
    header: 'Snapshots',
    align: 'end',
    cell: (row) => formatCount(row.snapshotCount),
    sortBy: (row) => row.snapshotCount,
    descendingFirst: true,
  },
  {
    id: 'lastBackup',
    header: 'Last backup',
    cell: (row) => <RelativeTime at={row.lastBackupAt?.getTime()} unknown="No backup yet" />,
    sortBy: (row) => row.lastBackupAt?.getTime(),
    descendingFirst: true,
  },
  lastRunColumn('lastGc', 'Last GC', 'gc'),
  lastRunColumn('lastVerify', 'Last verify', 'verify'),
  {
    id: 'nextRun',
    header: 'Next run',
    wideOnly: true,
    cell: (row) => <NextRun row={row} />,
    sortBy: (row) => nextRunOf(row)?.at,
  },
  { ...lastRunColumn('lastPrune', 'Last prune', 'prune'), wideOnly: false, hiddenByDefault: true },
  {
    id: 'groups',
    header: 'Groups',
    align: 'end',
    hiddenByDefault: true,
    cell: (row) => formatCount(row.groupCount),
    sortBy: (row) => row.groupCount,
  },
  {
    id: 'rate',
    header: 'Write rate',
    headerNote: '(5 min)',
    align: 'end',
    hiddenByDefault: true,
    cell: (row) => <Bytes value={row.writeRate} perSecond />,
    sortBy: (row) => row.writeRate,
    descendingFirst: true,
  },
  {
    id: 'path',
    header: 'Path',
    hiddenByDefault: true,
    cell: (row) => <span className="font-mono text-small">{row.path}</span>,
    sortBy: (row) => row.path,
  },
  {
    id: 'comment',
    header: 'Comment',
    hiddenByDefault: true,
    cell: (row) => row.comment,
    sortBy: (row) => row.comment,
  },
  {
    id: 'owner',
    header: 'Worker',
    hiddenByDefault: true,
    cell: (row) => row.owner?.host ?? <Unknown reason="No worker owns it at this moment" />,
    sortBy: (row) => row.owner?.host,
  },
];

function lastRunColumn(id: string, header: string, kind: JobKind): Column<DatastoreView> {
  const jobIn = (row: DatastoreView) => row.jobs.find((job) => job.kind === kind);
  return {
    ...{ id, header, wideOnly: true, descendingFirst: true },
    cell: (row) => <LastJobRun job={jobIn(row)} />,
    sortBy: (row) => jobIn(row)?.last?.at.getTime(),
  };
}

export const DATASTORE_TABLE = tableSpec(DATASTORE_COLUMNS, {
  filterIds: ['status', 'type'],
  defaultSort: { columnId: 'name', descending: false },
});

/** What starts next, or since when it should have been started. */
function NextRun({ row }: { row: DatastoreView }) {
  const next = nextRunOf(row);
  if (next === null) return <Unknown reason="Nothing is scheduled" />;
  return (
    <span className={cn('whitespace-nowrap', next.overdue && 'font-medium text-err')}>
      {jobLabel(next)} {next.overdue && 'overdue '}
      <RelativeTime at={next.at} />
    </span>
  );
}

const NOT_PROBED = 'Not measured: the storage has not answered yet';

export function UsedOfSize({ row }: { row: Pick<DatastoreView, 'usedBytes' | 'totalBytes'> }) {
  return (
    <span className="whitespace-nowrap">
      <Bytes value={row.usedBytes} unknown={NOT_PROBED} />
      <span className="text-muted">
        {' / '}
        <Bytes value={row.totalBytes} unknown={NOT_PROBED} />
      </span>
    </span>
  );
}

type DedupFacts = Pick<DatastoreView, 'deduplicationRatio' | 'logicalBytes' | 'chunkBytes' | 'snapshotCount'>;

export function DedupRatio({ row }: { row: DedupFacts }) {
  if (row.deduplicationRatio === null) {
    return (
      <Unknown
        reason={
          row.snapshotCount === 0
            ? 'No finished snapshot yet'
            : 'Chunks are not known since an unclean stop, until a rescan has counted them'
        }
      />
    );
  }
  return <Hint content={deduplicationWords(row)}>{formatRatio(row.deduplicationRatio)}</Hint>;
}
