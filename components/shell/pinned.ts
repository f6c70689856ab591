import { usedShare } from '#domain/usage.ts';
import type { DatastoreView } from '../trpc/views.ts';
import type { PinnedDatastore } from './PinnedDatastores.tsx';

/** In the user's order; a pin on what is gone or may not be seen any more is skipped. */
export function pinnedDatastores(
  names: readonly string[],
  datastores: readonly DatastoreView[],
): PinnedDatastore[] {
  return names.flatMap((name) => {
    const found = datastores.find((each) => each.name === name);
    return found ? [{ name, status: found.status, usedShare: usedShare(found) }] : [];
  });
}

/** The list with the name added at its end or taken out. */
export function togglePin(names: readonly string[], name: string): string[] {
  return names.includes(name) ? names.filter((each) => each !== name) : [...names, name];
}
