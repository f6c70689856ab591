import { archiveKind, clientArchiveName } from '#domain/snapshot.ts';
import type { SnapshotView } from '../../connect/api.ts';
import type { Cells } from '../../print/cells.ts';
import type { Column } from '../../print/table.ts';

export type SnapshotFile = NonNullable<SnapshotView['files']>[number];

export function filesOf(view: Pick<SnapshotView, 'files'>): readonly SnapshotFile[] {
  return view.files ?? [];
}

export function fileColumns(cells: Cells): Column<SnapshotFile>[] {
  return [
    { header: 'ARCHIVE', cell: (file) => clientArchiveName(file.name) },
    { header: 'KIND', cell: (file) => archiveKind(file.name) },
    { header: 'SIZE', cell: (file) => cells.bytes(file.sizeBytes), align: 'right' },
    { header: 'ENCRYPTION', cell: (file) => file.cryptMode ?? 'none', drop: 2 },
    { header: 'STORED AS', cell: (file) => file.name, drop: 1 },
  ];
}
