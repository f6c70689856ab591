'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useMemo, useState } from 'react';
import { DAYS_SHOWN, type DayLevel, dayName, dayWords } from '#domain/day.ts';
import { countOf, formatCount } from '#domain/units.ts';
import { daysCommand } from '../../commands/datastore-commands.ts';
import { errorDetails } from '../../trpc/api-error.ts';
import { useTRPC } from '../../trpc/trpc.ts';
import type { DayView } from '../../trpc/views.ts';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { CommandHint } from '../../ui/CommandHint.tsx';
import { cn } from '../../ui/class-names.ts';
import { DAY_LOOKS } from '../../ui/day-looks.ts';
import { ErrorBanner } from '../../ui/ErrorState.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { Table, Td, Th } from '../../ui/table/Table.tsx';
import { HealthStrip } from './HealthStrip.tsx';
import { countLevels, type DayCell, prepareDays } from './prepare-days.ts';

/** Minutes pass though nothing happens, so no event tells of them. */
const ASK_EVERY_MS = 60_000;

/** How the datastore was on each of the last 90 days. */
export function HealthCard({ name }: { name: string }) {
  const trpc = useTRPC();
  const [asTable, setAsTable] = useState(false);
  const { data, error } = useQuery({
    ...trpc.datastore.days.queryOptions({ name }),
    refetchInterval: ASK_EVERY_MS,
  });
  const cells = useMemo(() => data && prepareDays(name, data.days), [name, data]);
  return (
    <Card
      title={`Last ${DAYS_SHOWN} days`}
      note={data?.zone}
      flush={asTable}
      actions={
        <Button size="small" variant="ghost" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          Show as table
        </Button>
      }
      footer={<CommandHint text={daysCommand(name, DAYS_SHOWN)} />}
    >
      {error && <ErrorBanner title="The days could not be loaded" error={errorDetails(error)} />}
      {!data && !error && <Skeleton className="h-14" />}
      {data && cells && !asTable && (
        <div className="grid gap-3">
          <HealthStrip name={name} cells={cells} />
          <Legend days={data.days} />
        </div>
      )}
      {data && cells && asTable && <DaysTable days={data.days} cells={cells} />}
    </Card>
  );
}

function Legend({ days }: { days: readonly DayView[] }) {
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 text-small text-muted">
      {countLevels(days).map(({ level, count }) => (
        <li key={level} className="flex items-center gap-1.5">
          <DayMark level={level} />
          {DAY_LOOKS[level].word} {countOf(count, 'day')}
        </li>
      ))}
    </ul>
  );
}

function DayMark({ level }: { level: DayLevel }) {
  return (
    <span aria-hidden="true" className="flex h-3.5 w-2 shrink-0 items-end">
      <span className={cn('w-full rounded-xs', DAY_LOOKS[level].className)} />
    </span>
  );
}

/** The same in words, the newest first. */
function DaysTable({ days, cells }: { days: readonly DayView[]; cells: readonly DayCell[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard has to reach that
    <section aria-label="Days" tabIndex={0} className="max-h-96 overflow-auto">
      <Table>
        <thead>
          <tr>
            <Th className="sticky top-0">Day</Th>
            <Th className="sticky top-0">Worst</Th>
            <Th className="sticky top-0" align="end">
              Tasks
            </Th>
            <Th className="sticky top-0" align="end">
              Failed
            </Th>
            <Th className="sticky top-0">What was seen</Th>
          </tr>
        </thead>
        <tbody>
          {days.toReversed().map((facts, index) => (
            <tr key={facts.day}>
              <Td className="whitespace-nowrap">
                <Link
                  href={cells.at(-1 - index)?.href ?? '/tasks'}
                  className="font-medium underline-offset-2 hover:underline"
                >
                  {dayName(facts.day)}
                </Link>
              </Td>
              <Td className="whitespace-nowrap">
                <span className="flex items-center gap-1.5">
                  <DayMark level={facts.level} />
                  {DAY_LOOKS[facts.level].word}
                </span>
              </Td>
              <Td align="end">{formatCount(facts.tasks)}</Td>
              <Td align="end">{formatCount(facts.failed)}</Td>
              <Td className="min-w-64 py-1 text-muted">{dayWords(facts)}</Td>
            </tr>
          ))}
        </tbody>
      </Table>
    </section>
  );
}
