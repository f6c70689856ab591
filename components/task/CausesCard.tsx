'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { CircleCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { formatCount } from '#domain/units.ts';
import { listTasksCommand } from '../commands/task-commands.ts';
import { maybeErrorDetails } from '../trpc/api-error.ts';
import { useTRPC } from '../trpc/trpc.ts';
import { CommandHint } from '../ui/CommandHint.tsx';
import { EmptyState } from '../ui/EmptyState.tsx';
import { ErrorState } from '../ui/ErrorState.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import { FilterBar } from '../ui/table/FilterBar.tsx';
import type { FilterField } from '../ui/table/filter-words.ts';
import type { TableControl } from '../ui/table/use-table-state.ts';
import { CauseRow } from './CauseRow.tsx';
import { causesQuestion } from './task-question.ts';

interface CausesCardProps {
  control: TableControl;
  filters: readonly FilterField[];
  searches: string;
  actions: ReactNode;
}

/** What failed, once for each cause: `7 × DATASTORE_OFFLINE since …`, with its tasks inside. */
export function CausesCard({ control, filters, searches, actions }: CausesCardProps) {
  const trpc = useTRPC();
  const question = causesQuestion(control.state);
  const query = useQuery({ ...trpc.task.causes.queryOptions(question), placeholderData: keepPreviousData });
  const { data } = query;
  const error = maybeErrorDetails(query.error);
  return (
    <section aria-label="Failures by cause" className="min-w-0 rounded-lg border bg-bg">
      <header className="grid gap-2 border-b px-4 py-2.5">
        <div className="flex min-h-7 flex-wrap items-center gap-x-2 gap-y-1">
          <h2 className="font-semibold">Failures by cause</h2>
          {data && <span className="text-muted">{formatCount(data.causes.length)}</span>}
          <div className="ml-auto flex items-center gap-1">{actions}</div>
        </div>
        <FilterBar fields={filters} control={control} placeholder={searches} />
      </header>
      {error && (
        <ErrorState title="Failures could not be loaded" error={error} onRetry={() => void query.refetch()} />
      )}
      {!data && !error && <Skeleton className="m-4 h-40" />}
      {data?.causes.length === 0 && (
        <EmptyState icon={<CircleCheck />} title="Nothing failed">
          No task of this range failed, as far as the filters let through.
        </EmptyState>
      )}
      <ul className="grid">
        {data?.causes.map((cause) => (
          <CauseRow key={`${cause.kind} ${cause.code}`} cause={cause} state={control.state} />
        ))}
      </ul>
      {data?.more && (
        <p className="border-t px-4 py-2 text-table text-muted">
          Older failures than these were not looked at.
        </p>
      )}
      <footer className="border-t px-4 py-2.5 text-table text-muted">
        <CommandHint text={listTasksCommand(question, 'cause')} />
      </footer>
    </section>
  );
}
