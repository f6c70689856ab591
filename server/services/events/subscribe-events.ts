import { inArray } from 'drizzle-orm';
import { datastorePath } from '#domain/permissions.ts';
import { owns, type PrincipalId } from '#domain/principal.ts';
import { type Change, changesAfter, newestChangeId } from '#drizzle/changes.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { task } from '#drizzle/schema/task.ts';
import { privilegeBelowFilter, privilegeFilter, requireSession } from '../../auth/require-privilege.ts';
import { taskFilter } from '../../auth/visible-tasks.ts';
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
 * its own rights. Ends when the client goes or the process stops, and with AUTH_REQUIRED as soon as the caller would
 * not be let in any more.
 */
export async function* subscribeEvents(context: ServiceContext, after: number | null): AsyncGenerator<Event> {
  await requireSession(context);
  const waiting = new Map<number, Change>();
  /** Read at the start: the listener may come to tell of them, too. */
  let known: ReadonlySet<number> = new Set();
  let wake: () => void = () => {};
  const add = (changes: Change[]) => {
    for (const change of changes) if (!known.has(change.id)) waiting.set(change.id, change);
    wake();
  };
  const unsubscribe = context.hub.subscribe(add);
  const stopped = () => wake();
  context.signal.addEventListener('abort', stopped);
  try {
    const missed = after === null ? [] : await changesAfter(context.db, after);
    add(missed);
    known = new Set(missed.map(({ id }) => id));
    let visible = await filterNow(context);
    while (!context.signal.aborted) {
      const changes = [...waiting.values()].filter(({ id }) => id > (after ?? 0));
      waiting.clear();
      if (changes.some(({ topic }) => topic === 'access')) visible = await filterNow(context);
      for (const { id, topic, ref } of await visible(changes)) yield { id, topic, ref };
      if (waiting.size === 0 && !context.signal.aborted) {
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

type Filter = (changes: Change[]) => Promise<Change[]>;

/** What the caller may see by the rights of this moment; AUTH_REQUIRED when it is nobody any more. */
async function filterNow(old: ServiceContext): Promise<Filter> {
  const context = { ...old, caller: await old.callerNow(), cache: {} };
  const { principal } = await requireSession(context);
  const holds = await privilegeFilter(context);
  const mayReadAccess = holds('/access', 'Permissions.Modify') || holds('/access', 'Sys.Audit');
  const mayReadSettings = holds('/system', 'Sys.Audit') || holds('/system', 'Sys.Modify');
  const stores = await visibleDatastores(context);
  const mayRead = ({ topic, ref, datastoreId }: Change, tasks: ReadonlySet<string>) => {
    if (topic === 'access') return mayReadAccess || owns(principal, ref as PrincipalId);
    if (topic === 'settings') return mayReadSettings;
    if (topic === 'task') return tasks.has(ref);
    return topic === 'worker' || stores(datastoreId ?? ref);
  };
  return async (changes) => {
    const tasks = await visibleTasks(context, changes);
    return changes.filter((change) => mayRead(change, tasks));
  };
}

/** By the id of a datastore, also of one that is gone by now. */
async function visibleDatastores(context: ServiceContext): Promise<(id: string) => boolean> {
  const holdsBelow = await privilegeBelowFilter(context);
  const seesAll = holdsBelow('/', ['Sys.Audit']);
  const rows = await context.db.select({ id: datastore.id, name: datastore.name }).from(datastore);
  const seen = rows.filter((row) => holdsBelow(datastorePath(row.name), VISIBLE)).map((row) => row.id);
  const visible = new Set(seen);
  return (id) => seesAll || visible.has(id);
}

/** The same tasks as in the list of tasks. */
async function visibleTasks(context: ServiceContext, changes: Change[]): Promise<ReadonlySet<string>> {
  const ids = changes.filter(({ topic }) => topic === 'task').map(({ ref }) => ref);
  if (ids.length === 0) return new Set();
  const visible = await taskFilter(context);
  const rows = await context.db.select().from(task).where(inArray(task.id, ids));
  return new Set(rows.filter(visible).map(({ id }) => id));
}
