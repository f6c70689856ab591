'use client';

import { type ReactNode, useState } from 'react';
import { formatDuration } from '#domain/units.ts';
import { type BarSeries, RunBars } from '../../charts/RunBars.tsx';
import { taskHref } from '../../task/task-words.ts';
import type { TaskView } from '../../trpc/views.ts';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { TaskStateBadge } from '../../ui/StatusBadge.tsx';
import { TASK_LOOKS } from '../../ui/status-looks.ts';
import { Table, Td, Th } from '../../ui/table/Table.tsx';
import { AbsoluteTime, ZoneName } from '../../ui/time/AbsoluteTime.tsx';
import { formatAbsolute } from '../../ui/time/absolute-time.ts';
import { RelativeTime } from '../../ui/time/RelativeTime.tsx';
import { useZone } from '../../ui/time/TimeProvider.tsx';
import { Unknown } from '../../ui/Unknown.tsx';
import { TaskLink } from './ActiveRun.tsx';

export const NO_FIGURES = 'The run came to no figures';

/** What every run has, whatever it was for. */
export interface Run {
  id: string;
  /** ms since 1970. */
  at: number;
  state: TaskView['state'];
  durationMs: number | null;
}

export interface HistoryColumn<R extends Run> {
  header: string;
  align?: 'end';
  cell: (run: R) => ReactNode;
}

interface HistoryCardProps<R extends Run> {
  /** What the runs are, for whoever does not see the chart. */
  label: string;
  /** Oldest first. */
  history: readonly R[];
  /** Bars beside that of the duration. */
  series: (history: readonly R[]) => BarSeries[];
  /** What a run came to; empty parts are left out. */
  words: (run: R) => string[];
  columns: readonly HistoryColumn<R>[];
}

/** The last runs beside each other; nothing before the first. */
export function HistoryCard<R extends Run>(props: HistoryCardProps<R>) {
  const { history } = props;
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
      {asTable ? <HistoryTable {...props} /> : <HistoryChart {...props} />}
    </Card>
  );
}

function HistoryChart<R extends Run>({ label, history, series, words }: HistoryCardProps<R>) {
  const zone = useZone();
  const [first] = history;
  const wordsOf = (run: R) => {
    const took = run.durationMs === null ? '' : `took ${formatDuration(run.durationMs)}`;
    const parts = [TASK_LOOKS[run.state].word.toLowerCase(), ...words(run), took];
    return `${formatAbsolute(run.at, zone)}: ${parts.filter(Boolean).join(', ')}`;
  };
  return (
    <div className="grid gap-2">
      <RunBars
        label={label}
        runs={history.map((run) => ({ id: run.id, href: taskHref(run.id), words: wordsOf(run) }))}
        series={[
          ...series(history),
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

/** The same in numbers, newest first. */
function HistoryTable<R extends Run>({ history, columns }: HistoryCardProps<R>) {
  return (
    <div className="overflow-x-auto">
      <Table>
        <thead>
          <tr>
            <Th className="sticky left-0">
              Started <ZoneName />
            </Th>
            <Th>State</Th>
            {columns.map(({ header, align }) => (
              <Th key={header} {...(align && { align })}>
                {header}
              </Th>
            ))}
            <Th align="end">Duration</Th>
            <Th>Log</Th>
          </tr>
        </thead>
        <tbody>
          {history.toReversed().map((run) => (
            <Row key={run.id} run={run} columns={columns} />
          ))}
        </tbody>
      </Table>
    </div>
  );
}

function Row<R extends Run>({ run, columns }: { run: R; columns: readonly HistoryColumn<R>[] }) {
  return (
    <tr>
      <Td className="sticky left-0 bg-bg">
        <AbsoluteTime at={run.at} />
      </Td>
      <Td>
        <TaskStateBadge state={run.state} />
      </Td>
      {columns.map(({ header, align, cell }) => (
        <Td key={header} {...(align && { align })}>
          {cell(run)}
        </Td>
      ))}
      <Td align="end">
        {run.durationMs === null ? <Unknown reason="It never started" /> : formatDuration(run.durationMs)}
      </Td>
      <Td>
        <TaskLink id={run.id}>Open</TaskLink>
      </Td>
    </tr>
  );
}
