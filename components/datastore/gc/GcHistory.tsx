import { formatBytes } from '#domain/units.ts';
import { Bytes } from '../../ui/Bytes.tsx';
import { HistoryCard, type HistoryColumn, NO_FIGURES } from '../runs/HistoryCard.tsx';
import type { GcRun } from './prepare-gc.ts';

/** The last collections: what each freed, and what it left for after the grace. */
export function GcHistory({ history }: { history: readonly GcRun[] }) {
  return (
    <HistoryCard
      label="Garbage collections, from old to new"
      history={history}
      columns={COLUMNS}
      words={({ freedBytes, pendingBytes }) => [
        freedBytes === null ? '' : `freed ${formatBytes(freedBytes)}`,
        pendingBytes === null ? '' : `${formatBytes(pendingBytes)} waiting`,
      ]}
      series={(runs) => [
        {
          label: 'Freed',
          scale: bytesScale,
          values: runs.map(({ freedBytes }) => freedBytes),
          className: 'bg-accent',
        },
        {
          label: 'Waiting',
          scale: bytesScale,
          values: runs.map(({ pendingBytes }) => pendingBytes),
          className: STRIPES,
        },
      ]}
    />
  );
}

const STRIPES =
  'bg-[repeating-linear-gradient(135deg,var(--accent)_0_2px,transparent_2px_5px)] ring-1 ring-inset ring-accent';

function bytesScale(max: number): string {
  return max === 0 ? 'none' : `at most ${formatBytes(max)}`;
}

const bytesColumn = (header: string, of: (run: GcRun) => number | null): HistoryColumn<GcRun> => ({
  header,
  align: 'end',
  cell: (run) => <Bytes value={of(run)} unknown={NO_FIGURES} />,
});

const COLUMNS = [
  bytesColumn('Freed', (run) => run.freedBytes),
  bytesColumn('Waiting', (run) => run.pendingBytes),
  bytesColumn('Needed', (run) => run.usedBytes),
];
