import { eq } from 'drizzle-orm';
import { isBackupError } from '#domain/errors.ts';
import type { Database } from '#drizzle/client.ts';
import { datastoreLease } from '#drizzle/schema/datastore.ts';
import type { Findings } from '#engine/audit/findings.ts';
import type { Datastore } from '#engine/datastore.ts';
import { OWNER_RECORD_NAME, type OwnerRecord, readOwnerRecord } from '#engine/identity.ts';

/** Datastore and database must name the same owner, or two may think that they are it. */
export async function auditOwner(
  db: Database,
  datastoreId: string,
  store: Datastore,
  findings: Findings,
): Promise<void> {
  const record = await readRecord(store);
  if (record === null) {
    findings.add('owner-record-missing', OWNER_RECORD_NAME, 'It does not tell who owns the datastore.');
    return;
  }
  const [lease] = await db
    .select({ workerId: datastoreLease.workerId, epoch: datastoreLease.epoch })
    .from(datastoreLease)
    .where(eq(datastoreLease.datastoreId, datastoreId));
  if (lease?.epoch === record.epoch && lease.workerId === record.workerId) return;
  const database = lease ? `epoch ${lease.epoch} of worker ${lease.workerId}` : 'no owner';
  const what = `It names epoch ${record.epoch} of worker ${record.workerId}, the database ${database}.`;
  findings.add('owner-differs', OWNER_RECORD_NAME, what);
}

async function readRecord(store: Datastore): Promise<OwnerRecord | null> {
  try {
    return await readOwnerRecord(store.backend);
  } catch (error) {
    if (!isBackupError(error, 'DATASTORE_LAYOUT_INVALID', 'DATA_CORRUPT')) throw error;
    return null;
  }
}
