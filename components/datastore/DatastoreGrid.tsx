'use client';

import type { ReactNode } from 'react';
import { formatCount } from '#domain/units.ts';
import type { DatastoreView } from '../trpc/views.ts';
import { ErrorBanner, ErrorState } from '../ui/ErrorState.tsx';
import type { ErrorDetails } from '../ui/error-details.ts';
import { NoResults } from '../ui/NoResults.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import { FilterBar } from '../ui/table/FilterBar.tsx';
import { type FilterField, stateWords } from '../ui/table/filter-words.ts';
import { isFiltered } from '../ui/table/table-state.ts';
import type { TableControl } from '../ui/table/use-table-state.ts';
import { DatastoreCard } from './DatastoreCard.tsx';

interface DatastoreGridProps {
  title: string;
  count?: number;
  rows: readonly DatastoreView[] | undefined;
  control: TableControl;
  filters: readonly FilterField[];
  searches: string;
  error: ErrorDetails | null;
  onRetry: () => void;
  actions: ReactNode;
  footer: ReactNode;
  empty: ReactNode;
}

const PLACES = ['a', 'b', 'c'];

/** The same list as cards: fewer facts, the same filters. */
export function DatastoreGrid(props: DatastoreGridProps) {
  const { title, count, rows, control, filters, searches, error, onRetry } = props;
  return (
    <section className="grid min-w-0 gap-4">
      <header className="grid gap-2">
        <div className="flex min-h-7 flex-wrap items-center gap-x-2 gap-y-1">
          <h2 className="font-semibold">{title}</h2>
          {count !== undefined && <span className="text-muted">{formatCount(count)}</span>}
          <div className="ml-auto flex items-center gap-1">{props.actions}</div>
        </div>
        <FilterBar fields={filters} control={control} placeholder={searches} />
      </header>
      {error && rows && (
        <ErrorBanner title={`${title} could not be refreshed`} error={error} onRetry={onRetry} />
      )}
      {error && !rows && (
        <ErrorState title={`${title} could not be loaded`} error={error} onRetry={onRetry} />
      )}
      {rows?.length === 0 && <Nothing {...props} />}
      <div className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
        {!rows && !error && PLACES.map((place) => <Skeleton key={place} className="h-44 rounded-lg" />)}
        {rows?.map((row) => (
          <DatastoreCard key={row.id} datastore={row} />
        ))}
      </div>
      <footer className="text-table text-muted">{props.footer}</footer>
    </section>
  );
}

function Nothing({ control, filters, empty }: DatastoreGridProps) {
  const content = isFiltered(control.state) ? (
    <NoResults noun="datastores" filter={stateWords(filters, control.state)} onClear={control.clearFilters} />
  ) : (
    empty
  );
  return <div className="rounded-lg border">{content}</div>;
}
