import { countOf, formatBytes, formatCount } from '#domain/units.ts';
import { Bytes } from '../../ui/Bytes.tsx';
import { Unknown } from '../../ui/Unknown.tsx';
import { HistoryCard, type HistoryColumn, NO_FIGURES } from '../runs/HistoryCard.tsx';
import type { VerifyRun } from './prepare-verify.ts';

/** The last verifications: what each read, and what it found damaged. */
export function VerifyHistory({ history }: { history: readonly VerifyRun[] }) {
  return (
    <HistoryCard
      label="Verifications, from old to new"
      history={history}
      columns={COLUMNS}
      words={({ snapshots, damaged, readBytes }) => [
        snapshots === null ? '' : countOf(snapshots, 'snapshot'),
        damaged ? `${formatCount(damaged)} damaged` : '',
        readBytes === null ? '' : `${formatBytes(readBytes)} read`,
      ]}
      series={(runs) => [
        {
          label: 'Read',
          scale: (max) => (max === 0 ? 'none' : `at most ${formatBytes(max)}`),
          values: runs.map(({ readBytes }) => readBytes),
          className: 'bg-accent',
        },
        {
          label: 'Damaged',
          scale: (max) => (max === 0 ? 'none' : `at most ${countOf(max, 'snapshot')}`),
          values: runs.map(({ damaged }) => damaged),
          className: 'bg-err',
        },
      ]}
    />
  );
}

const COLUMNS: HistoryColumn<VerifyRun>[] = [
  {
    header: 'Of',
    cell: ({ subject }) => (
      <span className="block max-w-48 truncate" title={subject}>
        {subject}
      </span>
    ),
  },
  { header: 'Snapshots', align: 'end', cell: ({ snapshots }) => <Amount count={snapshots} /> },
  { header: 'Damaged', align: 'end', cell: ({ damaged }) => <Amount count={damaged} /> },
  {
    header: 'Read',
    align: 'end',
    cell: ({ readBytes }) => <Bytes value={readBytes} unknown={NO_FIGURES} />,
  },
];

function Amount({ count }: { count: number | null }) {
  return count === null ? <Unknown reason={NO_FIGURES} /> : formatCount(count);
}
