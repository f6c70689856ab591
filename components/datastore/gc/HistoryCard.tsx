'use client';

import { useState } from 'react';
import { formatBytes, formatDuration } from '#domain/units.ts';
import { RunBars } from '../../charts/RunBars.tsx';
import { taskHref } from '../../task/task-words.ts';
import { Button } from '../../ui/Button.tsx';
import { Bytes } from '../../ui/Bytes.tsx';
import { Card } from '../../ui/Card.tsx';
import { TaskStateBadge } from '../../ui/StatusBadge.tsx';
import { TASK_LOOKS } from '../../ui/status-looks.ts';
import { Table, Td, Th } from '../../ui/table/Table.tsx';
import { AbsoluteTime, ZoneName } from '../../ui/time/AbsoluteTime.tsx';
import { formatAbsolute, type Zone } from '../../ui/time/absolute-time.ts';
import { RelativeTime } from '../../ui/time/RelativeTime.tsx';
import { useZone } from '../../ui/time/TimeProvider.tsx';
import { Unknown } from '../../ui/Unknown.tsx';
import { TaskLink } from '../runs/ActiveRun.tsx';
import type { GcRun } from './prepare-gc.ts';

/** The last runs beside each other; nothing before the first. */
export function HistoryCard({ history }: { history: readonly GcRun[] }) {
  const [asTable, setAsTable] = useState(false);
  if (history.length === 0) return null;
  return (
    <Card
      title="History"
      note={history.length === 1 ? 'one run' : `the last ${history.length} runs`}
      flush={asTable}
      actions={
        <Button size="small" variant="ghost" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          Show as table
        </Button>
      }
    >
      {asTable ? <HistoryTable history={history} /> : <HistoryChart history={history} />}
    </Card>
  );
}

const STRIPES =
  'bg-[repeating-linear-gradient(135deg,var(--accent)_0_2px,transparent_2px_5px)] ring-1 ring-inset ring-accent';

function HistoryChart({ history }: { history: readonly GcRun[] }) {
  const zone = useZone();
  const [first] = history;
  return (
    <div className="grid gap-2">
      <RunBars
        label="Garbage collections, from old to new"
        runs={history.map((run) => ({
          id: run.id,
          href: taskHref(run.id),
          words: runWords(run, zone),
        }))}
        series={[
          {
            label: 'Freed',
            scale: bytesScale,
            values: history.map(({ freedBytes }) => freedBytes),
            className: 'bg-accent',
          },
          {
            label: 'Waiting',
            scale: bytesScale,
            values: history.map(({ pendingBytes }) => pendingBytes),
            className: STRIPES,
          },
          {
            label: 'Duration',
            scale: (max) => `at most ${formatDuration(max)}`,
            values: history.map(({ durationMs }) => durationMs),
            className: 'bg-strong',
          },
        ]}
      />
      {first && (
        <p className="text-small text-muted">
          From old to new; the first <RelativeTime at={first.at} />. × came to no figures.
        </p>
      )}
    </div>
  );
}

function bytesScale(max: number): string {
  return max === 0 ? 'none' : `at most ${formatBytes(max)}`;
}

function runWords({ at, state, freedBytes, pendingBytes, durationMs }: GcRun, zone: Zone): string {
  const parts = [
    TASK_LOOKS[state].word.toLowerCase(),
    freedBytes === null ? '' : `freed ${formatBytes(freedBytes)}`,
    pendingBytes === null ? '' : `${formatBytes(pendingBytes)} waiting`,
    durationMs === null ? '' : `took ${formatDuration(durationMs)}`,
  ];
  return `${formatAbsolute(at, zone)}: ${parts.filter(Boolean).join(', ')}`;
}

const NO_FIGURES = 'The run came to no figures';

/** The same in numbers, newest first. */
function HistoryTable({ history }: { history: readonly GcRun[] }) {
  return (
    <div className="overflow-x-auto">
      <Table>
        <thead>
          <tr>
            <Th className="sticky left-0">
              Started <ZoneName />
            </Th>
            <Th>State</Th>
            <Th align="end">Freed</Th>
            <Th align="end">Waiting</Th>
            <Th align="end">Needed</Th>
            <Th align="end">Duration</Th>
            <Th>Log</Th>
          </tr>
        </thead>
        <tbody>
          {history.toReversed().map((run) => (
            <tr key={run.id}>
              <Td className="sticky left-0 bg-bg">
                <AbsoluteTime at={run.at} />
              </Td>
              <Td>
                <TaskStateBadge state={run.state} />
              </Td>
              <Td align="end">
                <Bytes value={run.freedBytes} unknown={NO_FIGURES} />
              </Td>
              <Td align="end">
                <Bytes value={run.pendingBytes} unknown={NO_FIGURES} />
              </Td>
              <Td align="end">
                <Bytes value={run.usedBytes} unknown={NO_FIGURES} />
              </Td>
              <Td align="end">
                {run.durationMs === null ? (
                  <Unknown reason="It never started" />
                ) : (
                  formatDuration(run.durationMs)
                )}
              </Td>
              <Td>
                <TaskLink id={run.id}>Open</TaskLink>
              </Td>
            </tr>
          ))}
        </tbody>
      </Table>
    </div>
  );
}
