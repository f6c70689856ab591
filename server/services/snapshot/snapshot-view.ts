import { formatSnapshotPath } from '#domain/ids.ts';
import type { Executor } from '#drizzle/client.ts';
import type { datastore } from '#drizzle/schema/datastore.ts';
import type { backupGroup, snapshot } from '#drizzle/schema/snapshot.ts';
import { runningBackups } from './running-backups.ts';

/** A snapshot as lists and pages show it. */
export interface SnapshotView {
  datastore: string;
  namespace: string;
  type: (typeof snapshot.$inferSelect)['type'];
  id: string;
  /** Whole seconds since 1970. */
  time: number;
  at: Date;
  owner: string | null;
  finished: boolean;
  /** Its backup is under way; one that is neither running nor finished was cut off. */
  running: boolean;
  /** What is wrong with its manifest or, as far as is known, with its chunks. */
  damage: string | null;
  files: (typeof snapshot.$inferSelect)['files'];
  sizeBytes: number | null;
  newBytes: number | null;
  protected: boolean;
  notes: string;
  verifyState: 'ok' | 'failed' | null;
  /** When that run began; null where it is not known. */
  verifiedAt: Date | null;
  keyFingerprint: string | null;
  /** On the disk: what only this snapshot needs, and all that it needs; null where no garbage collection has looked since. */
  exclusiveBytes: number | null;
  usedBytes: number | null;
}

export interface SnapshotJoin {
  snapshot: typeof snapshot.$inferSelect;
  datastore: Pick<typeof datastore.$inferSelect, 'name'>;
  owner: (typeof backupGroup.$inferSelect)['owner'] | null;
}

/** In the order in which they come. */
export async function viewSnapshots(db: Executor, rows: readonly SnapshotJoin[]): Promise<SnapshotView[]> {
  const running = rows.every((row) => row.snapshot.finished) ? [] : await runningBackups(db);
  return rows.map((row) => viewSnapshot(row, running));
}

function viewSnapshot(
  { snapshot: row, datastore, owner }: SnapshotJoin,
  running: readonly string[],
): SnapshotView {
  const time = Math.floor(row.time.getTime() / 1000);
  const { namespace, type, backupId: id } = row;
  return {
    datastore: datastore.name,
    namespace: row.namespace,
    type: row.type,
    id: row.backupId,
    time,
    at: row.time,
    owner,
    finished: row.finished,
    running:
      !row.finished &&
      running.includes(`${datastore.name}:${formatSnapshotPath({ namespace, type, id, time })}`),
    damage: row.damage ?? row.chunkDamage,
    files: row.files,
    sizeBytes: row.sizeBytes,
    newBytes: row.newBytes,
    protected: row.protected,
    notes: row.notes,
    verifyState: row.verifyState,
    verifiedAt: row.verifiedAt,
    keyFingerprint: row.keyFingerprint,
    exclusiveBytes: row.exclusiveBytes,
    usedBytes: row.usedBytes,
  };
}
