import { compareNames } from '#domain/natural-order.ts';
import { USAGE_TICKS, usedShare } from '#domain/usage.ts';
import type { Overview } from '../trpc/views.ts';
import { DATASTORE_LOOKS } from '../ui/status-looks.ts';

type Row = Overview['datastores'][number];

/** What is wrong first, then what is getting full; the rest keeps its place by name while it fills. */
export function orderDatastores(datastores: readonly Row[]): Row[] {
  return datastores.toSorted(
    (a, b) =>
      DATASTORE_LOOKS[b.status].severity - DATASTORE_LOOKS[a.status].severity ||
      ticksPassed(b) - ticksPassed(a) ||
      compareNames(a.name, b.name),
  );
}

function ticksPassed(row: Row): number {
  const share = usedShare(row) ?? 0;
  return USAGE_TICKS.filter((tick) => share >= tick).length;
}
