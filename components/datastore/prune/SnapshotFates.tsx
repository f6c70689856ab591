'use client';

import { useState } from 'react';
import { formatCount } from '#domain/units.ts';
import type { PlannedSnapshot } from '../../trpc/views.ts';
import { Button } from '../../ui/Button.tsx';
import { cn } from '../../ui/class-names.ts';
import { Table, Td, Th } from '../../ui/table/Table.tsx';
import { AbsoluteTime, ZoneName } from '../../ui/time/AbsoluteTime.tsx';
import { CELL_LOOKS } from './cell-looks.ts';
import { LETTERS, lookOf } from './prepare-calendar.ts';

const STEP = 100;

/** Stays where it is while the rest scrolls. */
const FIRST = 'sticky left-0 z-1';

interface SnapshotFatesProps {
  /** By policy A, newest first. */
  snapshots: readonly PlannedSnapshot[];
  /** The same by policy B. */
  other: readonly PlannedSnapshot[] | null;
  differing: ReadonlySet<number>;
}

/** Every snapshot in a line, with what becomes of it and why. */
export function SnapshotFates({ snapshots, other, differing }: SnapshotFatesProps) {
  const [shown, setShown] = useState(STEP);
  const byTime = new Map(other?.map((one) => [one.time, one]));
  const more = snapshots.length - shown;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] justify-items-start gap-2">
      <div className="w-full overflow-x-auto">
        <Table>
          <thead>
            <tr>
              <Th className={FIRST}>
                Snapshot <ZoneName />
              </Th>
              <Th>{other ? 'Policy A' : 'Fate'}</Th>
              {other && <Th>Policy B</Th>}
            </tr>
          </thead>
          <tbody>
            {snapshots.slice(0, shown).map((snapshot) => (
              <tr key={snapshot.time} className={cn(differing.has(snapshot.time) && 'bg-selected')}>
                <Td className={cn('bg-bg font-mono text-small [tr.bg-selected>&]:bg-selected', FIRST)}>
                  <AbsoluteTime at={snapshot.time * 1000} />
                </Td>
                <Td>
                  <FateWords fate={snapshot} />
                </Td>
                {other && (
                  <Td>
                    <FateWords fate={byTime.get(snapshot.time)} />
                  </Td>
                )}
              </tr>
            ))}
          </tbody>
        </Table>
      </div>
      {more > 0 && (
        <Button size="small" onClick={() => setShown(shown + STEP * 10)}>
          Show {formatCount(Math.min(more, STEP * 10))} more of {formatCount(more)}
        </Button>
      )}
    </div>
  );
}

function FateWords({ fate }: { fate: PlannedSnapshot | undefined }) {
  if (!fate) return null;
  const look = lookOf(fate);
  return (
    <span className="flex items-center gap-2 whitespace-nowrap">
      <span
        aria-hidden="true"
        className={cn(
          'flex size-5 shrink-0 items-center justify-center rounded-xs border text-small font-semibold',
          CELL_LOOKS[look],
        )}
      >
        {LETTERS[look].letter}
      </span>
      <span className={cn('w-12 font-medium', fate.mark === 'remove' && 'text-muted')}>
        {fate.mark === 'remove' ? 'Goes' : 'Stays'}
      </span>
      <span className="text-muted">{fate.why}</span>
    </span>
  );
}
