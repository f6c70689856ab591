import type { datastore } from '#drizzle/schema/datastore.ts';
import type { backupGroup, snapshot } from '#drizzle/schema/snapshot.ts';

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
  /** What is wrong with its manifest or, as far as is known, with its chunks. */
  damage: string | null;
  files: (typeof snapshot.$inferSelect)['files'];
  sizeBytes: number | null;
  newBytes: number | null;
  protected: boolean;
  notes: string;
  verifyState: 'ok' | 'failed' | null;
  keyFingerprint: string | null;
}

export interface SnapshotJoin {
  snapshot: typeof snapshot.$inferSelect;
  datastore: Pick<typeof datastore.$inferSelect, 'name'>;
  owner: (typeof backupGroup.$inferSelect)['owner'] | null;
}

export function viewSnapshot({ snapshot: row, datastore, owner }: SnapshotJoin): SnapshotView {
  return {
    datastore: datastore.name,
    namespace: row.namespace,
    type: row.type,
    id: row.backupId,
    time: Math.floor(row.time.getTime() / 1000),
    at: row.time,
    owner,
    finished: row.finished,
    damage: row.damage ?? row.chunkDamage,
    files: row.files,
    sizeBytes: row.sizeBytes,
    newBytes: row.newBytes,
    protected: row.protected,
    notes: row.notes,
    verifyState: row.verifyState,
    keyFingerprint: row.keyFingerprint,
  };
}
