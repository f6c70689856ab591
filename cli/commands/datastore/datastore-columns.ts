import type { DatastoreView } from '../../connect/api.ts';
import type { Cells } from '../../print/cells.ts';
import type { Column } from '../../print/table.ts';

export function datastoreColumns(cells: Cells): Column<DatastoreView>[] {
  return [
    { header: 'NAME', cell: (row) => row.name },
    { header: 'STATUS', cell: (row) => cells.status(row.status) },
    { header: 'USED', cell: (row) => cells.bytes(row.usedBytes), align: 'right', drop: 3 },
    { header: 'SIZE', cell: (row) => cells.bytes(row.totalBytes), align: 'right', drop: 4 },
    { header: 'USE', cell: (row) => cells.usage(row.usedBytes, row.availableBytes), align: 'right', drop: 1 },
    { header: 'DEDUP', cell: (row) => cells.ratio(row.deduplicationRatio), align: 'right', drop: 7 },
    { header: 'GROUPS', cell: (row) => cells.count(row.groupCount), align: 'right', drop: 8 },
    { header: 'SNAPSHOTS', cell: (row) => cells.count(row.snapshotCount), align: 'right', drop: 5 },
    { header: 'LAST BACKUP', cell: (row) => cells.when(row.lastBackupAt), drop: 2 },
    { header: 'TYPE', cell: (row) => row.kind, drop: 9 },
    { header: 'PATH', cell: (row) => row.path, drop: 6 },
    { header: 'REASON', cell: (row) => reasonOf(row, cells), wrap: 24, hideEmpty: true },
  ];
}

/** Without a worker the status is that of the last probe, which may be long ago. */
function reasonOf(row: DatastoreView, cells: Cells): string {
  if (row.owner?.alive) return row.statusReason;
  const known = row.lastProbeAt ? `; last probe ${cells.when(row.lastProbeAt)}` : '';
  return `No storage worker serves it${known}.`;
}
