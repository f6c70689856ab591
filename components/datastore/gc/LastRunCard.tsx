import { Recycle } from 'lucide-react';
import { dedupRatioOf, type GcResult } from '#domain/gc.ts';
import { countOf, formatCount, formatRatio } from '#domain/units.ts';
import { gcCommands } from '../../commands/datastore-commands.ts';
import { Bytes } from '../../ui/Bytes.tsx';
import { cn } from '../../ui/class-names.ts';
import { type KeyValue, KeyValueList } from '../../ui/KeyValueList.tsx';
import { RelativeTime } from '../../ui/time/RelativeTime.tsx';
import { Unknown } from '../../ui/Unknown.tsx';
import { LastRun } from '../runs/LastRun.tsx';
import type { Runs } from '../runs/prepare-runs.ts';
import { RunCard, type RunCardTab } from '../runs/RunCard.tsx';
import { graceWords, readGcResult } from './prepare-gc.ts';

const EMPTY = {
  icon: <Recycle />,
  title: 'No garbage collection yet',
  words:
    'When snapshots are forgotten or pruned, the chunks that only they needed stay on the disk. A garbage ' +
    'collection finds and removes them; until then no space comes back.',
};

/** What runs now, what the last run came to, and the figures of the last one that has some. */
export function LastRunCard(tab: RunCardTab) {
  return (
    <RunCard
      {...tab}
      verb="Run garbage collection…"
      empty={EMPTY}
      command={`ironcore-backup datastore gc ${tab.name}`}
      forms={gcCommands(tab.name, { preview: false })}
    >
      {({ last, lastGood, usualMs }) => (
        <>
          {last && <LastRun task={last} usualMs={usualMs} />}
          {lastGood && <Figures task={lastGood} isLast={last === lastGood} />}
        </>
      )}
    </RunCard>
  );
}

function Figures({ task, isLast }: { task: NonNullable<Runs['lastGood']>; isLast: boolean }) {
  const result = readGcResult(task);
  if (!result) return null;
  return (
    <div>
      {!isLast && (
        <p className="pb-1 text-table text-muted">
          Figures of the last one that came to some, <RelativeTime at={task.finishedAt?.getTime()} />:
        </p>
      )}
      <div className="grid gap-x-8 border-t pt-1 sm:grid-cols-2">
        <KeyValueList layout="apart" entries={chunkFacts(result)} />
        <KeyValueList layout="apart" entries={healthFacts(result, task.finishedAt)} />
      </div>
    </div>
  );
}

function chunkFacts(result: GcResult): KeyValue[] {
  const { usedBytes, usedChunks, removedBytes, removedChunks, pendingBytes, pendingChunks } = result;
  const { leftBytes, leftChunks } = result;
  const grace =
    result.graceMinutes === 0 ? 'Used just before' : `In the grace of ${graceWords(result.graceMinutes)}`;
  return [
    { label: 'Needed', value: <Amount bytes={usedBytes} chunks={usedChunks} /> },
    { label: 'Freed', value: <Amount bytes={removedBytes} chunks={removedChunks} /> },
    ...(leftChunks > 0
      ? [{ label: 'Left at the end of the window', value: <Amount bytes={leftBytes} chunks={leftChunks} /> }]
      : []),
    { label: grace, value: <Amount bytes={pendingBytes} chunks={pendingChunks} /> },
    { label: 'Size of all archives', value: <Bytes value={result.logicalBytes} /> },
  ];
}

function healthFacts(result: GcResult, at: Date | null): KeyValue[] {
  const { missingChunks, badKept, badRemoved, indexFiles } = result;
  const ratio = dedupRatioOf(result);
  return [
    {
      label: 'Deduplication',
      value: (
        <>
          {ratio === null ? <Unknown reason="Nothing is stored" /> : formatRatio(ratio)}{' '}
          <span className="text-muted">
            as of <RelativeTime at={at?.getTime()} />
          </span>
        </>
      ),
    },
    { label: 'Missing chunks', value: <Bad count={missingChunks} /> },
    {
      label: 'Damaged, set aside',
      value:
        badRemoved === 0 ? (
          <Bad count={badKept} />
        ) : (
          `${formatCount(badKept)}, ${formatCount(badRemoved)} removed`
        ),
    },
    { label: 'Indexes read', value: formatCount(indexFiles) },
  ];
}

function Bad({ count }: { count: number }) {
  return <span className={cn(count > 0 && 'font-medium text-err')}>{formatCount(count)}</span>;
}

function Amount({ bytes, chunks }: { bytes: number; chunks: number }) {
  return (
    <>
      <Bytes value={bytes} /> <span className="text-muted">in {countOf(chunks, 'chunk')}</span>
    </>
  );
}
