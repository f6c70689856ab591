import { formatCount } from '#domain/units.ts';
import type { DatastoreDetail } from '../../trpc/views.ts';
import { Bytes } from '../../ui/Bytes.tsx';
import { Card } from '../../ui/Card.tsx';
import { KeyValueList } from '../../ui/KeyValueList.tsx';
import { Table, Td, Th } from '../../ui/table/Table.tsx';
import { RelativeTime } from '../../ui/time/RelativeTime.tsx';
import { Unknown } from '../../ui/Unknown.tsx';
import { DedupRatio } from '../columns.tsx';

const NOT_COUNTED = 'Not known since an unclean stop, until a rescan has counted them';
const TYPES = { vm: 'Virtual machines', ct: 'Containers', host: 'Hosts' } as const;

export function ContentCard({ datastore }: { datastore: DatastoreDetail }) {
  return (
    <Card title="Content" flush>
      <div className="grid gap-x-8 px-4 pb-2 sm:grid-cols-2">
        <KeyValueList layout="apart" entries={dedupFacts(datastore)} />
        <KeyValueList layout="apart" entries={countFacts(datastore)} />
      </div>
      {datastore.types.length > 0 && (
        <Table className="border-t">
          <thead>
            <tr>
              <Th>Type</Th>
              <Th align="end">Groups</Th>
              <Th align="end">Snapshots</Th>
              <Th align="end">Logical size</Th>
            </tr>
          </thead>
          <tbody>
            {datastore.types.map((row) => (
              <tr key={row.type}>
                <Td>{TYPES[row.type]}</Td>
                <Td align="end">{formatCount(row.groupCount)}</Td>
                <Td align="end">{formatCount(row.snapshotCount)}</Td>
                <Td align="end">
                  <Bytes value={row.logicalBytes} />
                </Td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </Card>
  );
}

function dedupFacts(datastore: DatastoreDetail) {
  return [
    { label: 'Deduplication', value: <DedupRatio row={datastore} /> },
    { label: 'In finished snapshots', value: <Bytes value={datastore.logicalBytes} /> },
    {
      label: 'In chunks',
      value: <Bytes value={datastore.chunkBytes} unknown={NOT_COUNTED} />,
    },
  ];
}

function countFacts(datastore: DatastoreDetail) {
  return [
    {
      label: 'Chunks',
      value:
        datastore.chunkCount === null ? <Unknown reason={NOT_COUNTED} /> : formatCount(datastore.chunkCount),
    },
    ...(datastore.damagedChunkCount > 0
      ? [
          {
            label: 'Damaged or missing',
            value: <span className="text-err">{formatCount(datastore.damagedChunkCount)}</span>,
          },
        ]
      : []),
    {
      label: 'Chunks counted',
      value: <RelativeTime at={datastore.chunksCountedAt?.getTime()} unknown={NOT_COUNTED} />,
    },
    {
      label: 'Last backup',
      value: <RelativeTime at={datastore.lastBackupAt?.getTime()} unknown="No backup yet" />,
    },
  ];
}
