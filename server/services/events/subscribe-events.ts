import { datastorePath, holdsBelow } from '#domain/permissions.ts';
import { type Change, changesAfter, newestChangeId } from '#drizzle/changes.ts';
import { entriesOf } from '#drizzle/permissions.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { requireSession } from '../../auth/require-privilege.ts';
import type { ServiceContext } from '../context.ts';
import { VISIBLE } from '../datastore/list-datastores.ts';

export interface Event {
  /** Grows; pass the last one back to go on behind it. */
  id: number;
  topic: Change['topic'];
  ref: string;
}

/** Where the stream stands: a page that is put together now misses nothing when it goes on behind this id. */
export async function latestEvent(context: ServiceContext): Promise<{ id: number }> {
  await requireSession(context);
  return { id: await newestChangeId(context.db) };
}

/**
 * What changes from now on, or from behind event `after`. Carries ids only; whoever wants to know more asks with
 * its own rights. Ends when the client goes or the process stops.
 */
export async function* subscribeEvents(context: ServiceContext, after: number | null): AsyncGenerator<Event> {
  const caller = await requireSession(context);
  const visible = await datastoreFilter(context, caller.principal);
  const waiting: Change[] = after === null ? [] : await changesAfter(context.db, after);
  let wake: () => void = () => {};
  const unsubscribe = context.hub.subscribe((changes) => {
    waiting.push(...changes);
    wake();
  });
  const stopped = () => wake();
  context.signal.addEventListener('abort', stopped);
  try {
    while (!context.signal.aborted) {
      for (const change of waiting.splice(0)) {
        if (change.id > (after ?? 0) && visible(change))
          yield { id: change.id, topic: change.topic, ref: change.ref };
      }
      if (waiting.length === 0 && !context.signal.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    unsubscribe();
    context.signal.removeEventListener('abort', stopped);
  }
}

/** Changes of datastores that one may not see stay unseen. Decided once; a change of rights ends sessions' view at reconnect. */
async function datastoreFilter(context: ServiceContext, principal: Parameters<typeof entriesOf>[1]) {
  const entries = await entriesOf(context.db, principal);
  const seesAll = holdsBelow(entries, principal, '/', ['Sys.Audit']);
  const rows = await context.db.select({ id: datastore.id, name: datastore.name }).from(datastore);
  const visible = new Set(
    rows
      .filter((row) => holdsBelow(entries, principal, datastorePath(row.name), VISIBLE))
      .map((row) => row.id),
  );
  return (change: Change) => seesAll || change.datastoreId === null || visible.has(change.datastoreId);
}
