import { noteSeen } from '#drizzle/days.ts';
import type { datastore } from '#drizzle/schema/datastore.ts';
import type { WorkerContext } from './worker-context.ts';

type Row = Pick<typeof datastore.$inferSelect, 'id' | 'phase' | 'status' | 'statusReason' | 'maintenance'>;

/** Adds to the record of the day how a datastore is now: 1 for a minute of it, 0 for a change. */
export async function noteStatus(
  { db, clock }: Pick<WorkerContext, 'db' | 'clock'>,
  { id, phase, status, statusReason, maintenance }: Row,
  minutes: 0 | 1,
): Promise<void> {
  if (phase !== 'ready') return;
  const inMaintenance = maintenance !== null;
  await noteSeen(db, id, { status, inMaintenance, reason: statusReason, minutes, at: clock.now() });
}
