import { formatGroup } from '#domain/ids.ts';
import type { TrashView } from '../../trpc/views.ts';
import { Bytes } from '../../ui/Bytes.tsx';
import { type Column, tableSpec } from '../../ui/table/columns.ts';
import { AbsoluteTime, ZoneName } from '../../ui/time/AbsoluteTime.tsx';
import { RelativeTime } from '../../ui/time/RelativeTime.tsx';
import { useNow } from '../../ui/time/TimeProvider.tsx';
import { Unknown } from '../../ui/Unknown.tsx';
import { groupPath, itemOf, REASON_WORDS } from './trash-words.ts';

export const TRASH_COLUMNS: Column<TrashView>[] = [
  {
    id: 'group',
    header: 'Group',
    cell: (row) => (
      <span title={groupPath(row)} className="block max-w-72 truncate">
        {formatGroup(itemOf(row))}
        {row.namespace !== '' && <span className="font-normal text-muted"> in {row.namespace}</span>}
      </span>
    ),
  },
  {
    id: 'time',
    header: 'Backup',
    headerNote: <ZoneName />,
    cell: (row) => <AbsoluteTime at={row.at.getTime()} />,
  },
  {
    id: 'size',
    header: 'Size',
    align: 'end',
    cell: (row) => <Bytes value={row.sizeBytes} unknown="Nobody has read its manifest" />,
  },
  {
    id: 'reason',
    header: 'Removed',
    cell: (row) => (
      <span className="flex gap-1.5 whitespace-nowrap">
        {REASON_WORDS[row.reason]}
        <span className="text-muted">
          <RelativeTime at={row.trashedAt.getTime()} />
        </span>
      </span>
    ),
  },
  { id: 'by', header: 'By', cell: (row) => <Name text={row.trashedBy} className="max-w-36" /> },
  {
    id: 'until',
    header: 'Can be restored until',
    headerNote: <ZoneName />,
    cell: (row) => <Until at={row.expiresAt.getTime()} />,
  },
  {
    id: 'owner',
    header: 'Owner',
    hiddenByDefault: true,
    cell: (row) =>
      row.owner === null ? (
        <Unknown reason="The owner file was missing or could not be read" />
      ) : (
        <Name text={row.owner} className="max-w-36" />
      ),
  },
];

/** Other tables and the simulator of the page keep their own words in the address. */
export const TRASH_TABLE = tableSpec(TRASH_COLUMNS, { prefix: 'trash' });

/** At least: only a garbage collection removes it. */
function Until({ at }: { at: number }) {
  if (at <= useNow())
    return <span className="whitespace-nowrap text-muted">the next garbage collection</span>;
  return (
    <span className="flex gap-1.5 whitespace-nowrap">
      <AbsoluteTime at={at} />
      <span className="text-muted">
        <RelativeTime at={at} />
      </span>
    </span>
  );
}

/** One line, however long it is. */
function Name({ text, className }: { text: string; className: string }) {
  return (
    <span title={text} className={`block truncate ${className}`}>
      {text}
    </span>
  );
}
