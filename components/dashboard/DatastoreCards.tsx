import Link from 'next/link';
import type { ReactNode } from 'react';
import { formatCount } from '#domain/units.ts';
import { LIST_DATASTORES } from '../commands/datastore-commands.ts';
import { DatastoreCard } from '../datastore/DatastoreCard.tsx';
import type { Overview } from '../trpc/views.ts';
import { CommandHint } from '../ui/CommandHint.tsx';
import { cn } from '../ui/class-names.ts';
import { orderDatastores } from './order-datastores.ts';

/** Three rows; the others are well, or there is far more to do than fits here. */
const SHOWN_MAX = 9;

interface DatastoreCardsProps {
  datastores: Overview['datastores'];
  /** When they were read, ms since 1970. */
  at: number;
  /** What stands beside a single card, which would leave most of its row empty. */
  beside?: ReactNode;
}

export function DatastoreCards({ datastores, at, beside }: DatastoreCardsProps) {
  const count = datastores.length;
  const shown = orderDatastores(datastores).slice(0, SHOWN_MAX);
  return (
    <section className="grid min-w-0 content-start gap-2">
      <header className="flex min-h-7 flex-wrap items-center gap-x-2">
        <h2 className="font-semibold">Datastores</h2>
        <span className="text-table text-muted">
          {count > SHOWN_MAX ? `${SHOWN_MAX} of ${formatCount(count)}, worst first` : formatCount(count)}
        </span>
        <Link
          href="/datastores"
          className="ml-auto rounded-sm text-table text-accent underline-offset-2 hover:underline"
        >
          All datastores
        </Link>
      </header>
      <div className={cn('grid min-w-0 gap-4', columnsOf(count))}>
        {shown.map(({ writeRates, ...datastore }) => (
          <DatastoreCard key={datastore.id} datastore={datastore} writeRates={writeRates} at={at} />
        ))}
        {beside}
      </div>
      <footer className="text-table text-muted">
        <CommandHint text={LIST_DATASTORES} />
      </footer>
    </section>
  );
}

/** Rows without holes where there are few. */
function columnsOf(count: number): string {
  if (count === 1) return 'xl:grid-cols-3';
  return count === 2 || count === 4 ? 'sm:grid-cols-2' : 'sm:grid-cols-2 xl:grid-cols-3';
}
