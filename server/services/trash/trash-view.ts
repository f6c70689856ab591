import { trashExpiry } from '#domain/trash.ts';
import type { trashedSnapshot } from '#drizzle/schema/trash.ts';

export type TrashRow = typeof trashedSnapshot.$inferSelect;

/** A snapshot in the trash as lists show it. */
export interface TrashView {
  namespace: TrashRow['namespace'];
  type: TrashRow['type'];
  id: TrashRow['backupId'];
  /** Whole seconds since 1970. */
  time: number;
  at: Date;
  /** When it was put there, in whole seconds: with the snapshot it names the item. */
  trashedTime: number;
  trashedAt: Date;
  trashedBy: string;
  reason: TrashRow['reason'];
  /** Of its group then, which it belongs to again when it is restored; null when unknown. */
  owner: string | null;
  sizeBytes: number | null;
  /** When a garbage collection may remove it at the earliest. */
  expiresAt: Date;
}

export function viewTrashed(row: TrashRow, trashDays: number): TrashView {
  const { namespace, type, backupId, time, trashedAt, trashedBy, reason, owner, sizeBytes } = row;
  const trashedTime = secondsOf(trashedAt);
  return {
    ...{ namespace, type, id: backupId, time: secondsOf(time), at: time },
    ...{ trashedTime, trashedAt, trashedBy, reason, owner, sizeBytes },
    expiresAt: new Date(trashExpiry({ trashedTime }, trashDays) * 1000),
  };
}

function secondsOf(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}
