import { and, eq, gt, inArray, ne, notInArray, sql } from 'drizzle-orm';
import type { Database } from './client.ts';
import { datastore, datastoreLease, worker } from './schema/datastore.ts';

/**
 * Who owns which datastore. A worker proves that it lives by its heartbeat; a lease of a dead worker may be
 * taken over, which raises the epoch. An owner that cannot renew its heartbeat stops writing by itself before
 * anyone else may start: `LEASE_SECONDS` is longer than `OWNER_PATIENCE_MS` of the owner.
 */
export const HEARTBEAT_MS = 5_000;
export const LEASE_SECONDS = 30;
/** An owner without a successful heartbeat for this long must not write any more. */
export const OWNER_PATIENCE_MS = 20_000;

export interface WorkerIdentity {
  id: string;
  host: string;
  bootId: string;
  pid: number;
  processStart: string;
}

export async function registerWorker(db: Database, identity: WorkerIdentity): Promise<void> {
  await db.insert(worker).values(identity);
}

/** False when the row is gone, because somebody took this worker for dead. */
export async function beat(db: Database, workerId: string): Promise<boolean> {
  const rows = await db
    .update(worker)
    .set({ heartbeatAt: sql`now()` })
    .where(eq(worker.id, workerId))
    .returning({ id: worker.id });
  return rows.length > 0;
}

/** `certificate` in PEM form. */
export async function announceGateway(
  db: Database,
  workerId: string,
  url: string,
  certificate: string,
): Promise<void> {
  await db
    .update(worker)
    .set({ gatewayUrl: url, gatewayCertificate: certificate })
    .where(eq(worker.id, workerId));
}

export type WorkerRow = typeof worker.$inferSelect;

export async function listWorkers(db: Database): Promise<(WorkerRow & { silentSeconds: number })[]> {
  const silentSeconds = sql<number>`extract(epoch from now() - ${worker.heartbeatAt})::float8`;
  const rows = await db.select({ row: worker, silentSeconds }).from(worker);
  return rows.map(({ row, silentSeconds: seconds }) => ({ ...row, silentSeconds: seconds }));
}

/** Takes the rows of dead workers away; their leases become free. */
export async function buryWorkers(db: Database, deadIds: readonly string[]): Promise<void> {
  if (deadIds.length > 0) await db.delete(worker).where(inArray(worker.id, [...deadIds]));
}

export interface Lease {
  datastoreId: string;
  epoch: number;
}

/** Every lease that this worker holds now. */
export async function heldLeases(db: Database, workerId: string): Promise<Lease[]> {
  return db
    .select({ datastoreId: datastoreLease.datastoreId, epoch: datastoreLease.epoch })
    .from(datastoreLease)
    .where(eq(datastoreLease.workerId, workerId));
}

/** Takes every datastore that nobody living owns. */
export async function acquireFreeLeases(db: Database, workerId: string): Promise<Lease[]> {
  return db.transaction(async (tx) => {
    const alive = tx
      .select({ id: worker.id })
      .from(worker)
      .where(gt(worker.heartbeatAt, sql`now() - make_interval(secs => ${LEASE_SECONDS})`));
    const orphaned = await tx
      .update(datastoreLease)
      .set({ workerId, epoch: sql`${datastoreLease.epoch} + 1`, acquiredAt: sql`now()` })
      .where(and(ne(datastoreLease.workerId, workerId), notInArray(datastoreLease.workerId, alive)))
      .returning({ datastoreId: datastoreLease.datastoreId, epoch: datastoreLease.epoch });
    const unowned = await tx
      .insert(datastoreLease)
      .select(
        tx
          .select({
            datastoreId: datastore.id,
            workerId: sql`${workerId}::uuid`.as('worker_id'),
            epoch: sql`1`.as('epoch'),
            acquiredAt: sql`now()`.as('acquired_at'),
          })
          .from(datastore)
          .where(
            sql`not exists (select 1 from ${datastoreLease} where ${datastoreLease.datastoreId} = ${datastore.id})`,
          ),
      )
      .onConflictDoNothing()
      .returning({ datastoreId: datastoreLease.datastoreId, epoch: datastoreLease.epoch });
    return [...orphaned, ...unowned];
  });
}

/** The datastore itself remembers a higher epoch than the database: the row follows. */
export async function raiseEpoch(
  db: Database,
  datastoreId: string,
  workerId: string,
  epoch: number,
): Promise<void> {
  await db
    .update(datastoreLease)
    .set({ epoch })
    .where(and(eq(datastoreLease.datastoreId, datastoreId), eq(datastoreLease.workerId, workerId)));
}

/** Gives a datastore back in order, so that another worker may take it at once. The epoch stays. */
export async function releaseLease(db: Database, datastoreId: string, workerId: string): Promise<void> {
  await db
    .update(datastoreLease)
    .set({ workerId: NOBODY })
    .where(and(eq(datastoreLease.datastoreId, datastoreId), eq(datastoreLease.workerId, workerId)));
}

/** Holds the leases that were given back; no worker has this id. */
const NOBODY = '00000000-0000-0000-0000-000000000000';
