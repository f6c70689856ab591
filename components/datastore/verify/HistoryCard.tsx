'use client';

import { useState } from 'react';
import { countOf, formatBytes, formatCount, formatDuration } from '#domain/units.ts';
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
import { useZone } from '../../ui/time/TimeProvider.tsx';
import { Unknown } from '../../ui/Unknown.tsx';
import { TaskLink } from '../runs/ActiveRun.tsx';
import type { VerifyRun } from './prepare-verify.ts';

/** The last runs beside each other; nothing before the first. */
export function HistoryCard({ history }: { history: readonly VerifyRun[] }) {
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

function HistoryChart({ history }: { history: readonly VerifyRun[] }) {
  const zone = useZone();
  return (
    <div className="grid gap-2">
      <RunBars
        label="Verifications, from old to new"
        runs={history.map((run) => ({ id: run.id, href: taskHref(run.id), words: runWords(run, zone) }))}
        series={[
          {
            label: 'Read',
            scale: (max) => (max === 0 ? 'none' : `at most ${formatBytes(max)}`),
            values: history.map(({ readBytes }) => readBytes),
            className: 'bg-accent',
          },
          {
            label: 'Damaged',
            scale: (max) => (max === 0 ? 'none' : `at most ${countOf(max, 'snapshot')}`),
            values: history.map(({ damaged }) => damaged),
            className: 'bg-err',
          },
          {
            label: 'Duration',
            scale: (max) => `at most ${formatDuration(max)}`,
            values: history.map(({ durationMs }) => durationMs),
            className: 'bg-strong',
          },
        ]}
      />
      <p className="text-small text-muted">From old to new. × came to no figures.</p>
    </div>
  );
}

function runWords({ at, state, readBytes, snapshots, damaged, durationMs }: VerifyRun, zone: Zone): string {
  const parts = [
    TASK_LOOKS[state].word.toLowerCase(),
    snapshots === null ? '' : `${countOf(snapshots, 'snapshot')}`,
    damaged ? `${formatCount(damaged)} damaged` : '',
    readBytes === null ? '' : `${formatBytes(readBytes)} read`,
    durationMs === null ? '' : `took ${formatDuration(durationMs)}`,
  ];
  return `${formatAbsolute(at, zone)}: ${parts.filter(Boolean).join(', ')}`;
}

const NO_FIGURES = 'The run came to no figures';

/** The same in numbers, newest first. */
function HistoryTable({ history }: { history: readonly VerifyRun[] }) {
  return (
    <div className="overflow-x-auto">
      <Table>
        <thead>
          <tr>
            <Th>
              Started <ZoneName />
            </Th>
            <Th>State</Th>
            <Th>Of</Th>
            <Th align="end">Snapshots</Th>
            <Th align="end">Damaged</Th>
            <Th align="end">Read</Th>
            <Th align="end">Duration</Th>
            <Th>Log</Th>
          </tr>
        </thead>
        <tbody>
          {history.toReversed().map((run) => (
            <Row key={run.id} run={run} />
          ))}
        </tbody>
      </Table>
    </div>
  );
}

function Row({ run }: { run: VerifyRun }) {
  return (
    <tr>
      <Td>
        <AbsoluteTime at={run.at} />
      </Td>
      <Td>
        <TaskStateBadge state={run.state} />
      </Td>
      <Td className="max-w-48 truncate">
        <span title={run.subject}>{run.subject}</span>
      </Td>
      <Td align="end">
        <Amount count={run.snapshots} />
      </Td>
      <Td align="end">
        <Amount count={run.damaged} />
      </Td>
      <Td align="end">
        <Bytes value={run.readBytes} unknown={NO_FIGURES} />
      </Td>
      <Td align="end">
        {run.durationMs === null ? <Unknown reason="It never started" /> : formatDuration(run.durationMs)}
      </Td>
      <Td>
        <TaskLink id={run.id}>Open</TaskLink>
      </Td>
    </tr>
  );
}

function Amount({ count }: { count: number | null }) {
  return count === null ? <Unknown reason={NO_FIGURES} /> : formatCount(count);
}
