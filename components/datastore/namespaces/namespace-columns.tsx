import { sharedBytes } from '#domain/namespace.ts';
import { formatCount } from '#domain/units.ts';
import { Bytes } from '../../ui/Bytes.tsx';
import type { Column } from '../../ui/table/columns.ts';
import { tableSpec } from '../../ui/table/columns.ts';
import { RelativeTime } from '../../ui/time/RelativeTime.tsx';
import type { NamespaceRow } from './namespace-rows.ts';

const UNSEEN = 'No garbage collection has looked since who uses the space';
/** Of one level, in px. */
const INDENT = 14;

export const NAMESPACE_COLUMNS: Column<NamespaceRow>[] = [
  {
    id: 'namespace',
    header: 'Namespace',
    cell: (row) => (
      <span title={row.path || undefined} style={{ paddingLeft: row.level * INDENT }}>
        {row.label}
      </span>
    ),
  },
  { id: 'groups', header: 'Groups', align: 'end', cell: (row) => formatCount(row.groupCount) },
  { id: 'snapshots', header: 'Snapshots', align: 'end', cell: (row) => formatCount(row.snapshotCount) },
  {
    id: 'exclusive',
    header: 'Its own',
    align: 'end',
    cell: (row) => <Bytes value={row.exclusiveBytes} unknown={UNSEEN} />,
  },
  {
    id: 'shared',
    header: 'Shared',
    align: 'end',
    cell: (row) => <Bytes value={sharedBytes(row)} unknown={UNSEEN} />,
  },
  {
    id: 'used',
    header: 'Total',
    align: 'end',
    cell: (row) => <Bytes value={row.usedBytes} unknown={UNSEEN} />,
  },
  {
    id: 'logical',
    header: 'All sizes',
    align: 'end',
    hiddenByDefault: true,
    cell: (row) => <Bytes value={row.logicalBytes} />,
  },
  {
    id: 'lastBackup',
    header: 'Last backup',
    cell: (row) => (
      <span className="whitespace-nowrap">
        <RelativeTime at={row.lastBackupAt?.getTime()} unknown="No backup" />
      </span>
    ),
  },
];

/** It is a tree: another order would tear it apart. */
export const NAMESPACE_TABLE = tableSpec(NAMESPACE_COLUMNS);
