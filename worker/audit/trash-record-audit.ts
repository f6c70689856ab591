import { eq } from 'drizzle-orm';
import type { FindingCode } from '#domain/audit.ts';
import { formatTrashItem, type TrashItem } from '#domain/trash.ts';
import type { Database } from '#drizzle/client.ts';
import { trashedSnapshot } from '#drizzle/schema/trash.ts';
import type { Findings } from '#engine/audit/findings.ts';
import type { Datastore } from '#engine/datastore.ts';
import { snapshotPlace } from '#engine/locks/places.ts';
import { trashedGroups } from '#engine/trash/list-trash.ts';
import { readTrashed, type TrashedInfo } from '#engine/trash/trash-note.ts';
import { storableBy, trashedIs, trashItemOf } from '../catalog/trash-rows.ts';
import { staying } from './staying.ts';

type TrashRow = typeof trashedSnapshot.$inferSelect;

interface Difference {
  code: FindingCode;
  what: string;
}

/** Holds what the database says of each snapshot in the trash against what the trash says. */
export async function auditTrashRecords(
  db: Database,
  datastoreId: string,
  store: Datastore,
  { findings, signal }: { findings: Findings; signal: AbortSignal },
): Promise<void> {
  const known = new Map<string, TrashItem>();
  const rows = await db.select().from(trashedSnapshot).where(eq(trashedSnapshot.datastoreId, datastoreId));
  for (const item of rows.map(trashItemOf)) known.set(formatTrashItem(item), item);
  for await (const { items } of trashedGroups(store.backend)) {
    for (const item of items) known.set(formatTrashItem(item), item);
  }
  const differing = async (items: readonly TrashItem[]) => {
    const found = new Map<TrashItem, Difference>();
    for (const item of items) {
      signal.throwIfAborted();
      const [row] = await db.select().from(trashedSnapshot).where(trashedIs(datastoreId, item));
      const info = await readTrashed(store.backend, item);
      const held = store.locks.list().some(({ key }) => key === snapshotPlace(item).key);
      const difference = held ? null : differenceOf(row, info);
      if (difference) found.set(item, difference);
    }
    return found;
  };
  for (const [item, { code, what }] of await staying([...known.values()], differing, signal)) {
    findings.add(code, `.trash/${formatTrashItem(item)}`, what);
  }
}

function differenceOf(row: TrashRow | undefined, info: TrashedInfo | null): Difference | null {
  if (info === null) {
    return row ? { code: 'record-stale', what: 'It is listed in the trash, and is not there.' } : null;
  }
  if (!row) return { code: 'record-missing', what: 'It is in the trash, and is not listed.' };
  const told = factsOf({ ...row, by: row.trashedBy });
  const real = factsOf({ ...info, by: storableBy(info.by) });
  if (told === real) return null;
  return { code: 'record-differs', what: `It is listed as ${told}, and is ${real}.` };
}

/** In words, which also are what is compared. */
function factsOf({
  by,
  reason,
  owner,
  sizeBytes,
}: Pick<TrashRow, 'reason' | 'owner' | 'sizeBytes'> & { by: string }) {
  const size = sizeBytes === null ? 'of unknown size' : `with ${sizeBytes} bytes`;
  return `removed by ${by} (${reason}), of ${owner ?? 'nobody'}, ${size}`;
}
