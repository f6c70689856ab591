import {
  bigint,
  boolean,
  index,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core';
import type { BackupId, BackupType, NamespacePath } from '#domain/ids.ts';
import type { SnapshotFile } from '#domain/snapshot.ts';
import { datastore } from './datastore.ts';

/**
 * The catalog: a fast copy of what the datastores hold. The datastore is the truth; whatever changes it writes
 * the row in the same task, and a rescan makes the rows anew.
 */

const at = (name: string) => timestamp(name, { withTimezone: true });

const datastoreId = () =>
  uuid('datastore_id')
    .notNull()
    .references(() => datastore.id, { onDelete: 'cascade' });

/** Who uses the space on the disk, as the last garbage collection found it; null where none has looked since. */
const usedBytes = {
  /** Of chunks that nothing else needs. */
  exclusiveBytes: bigint('exclusive_bytes', { mode: 'number' }),
  /** Of all chunks that are needed, each once. */
  usedBytes: bigint('used_bytes', { mode: 'number' }),
};

export const namespace = pgTable(
  'namespace',
  {
    datastoreId: datastoreId(),
    /** Empty for the root. */
    path: text('path').notNull().$type<NamespacePath>(),
    ...usedBytes,
  },
  (table) => [primaryKey({ columns: [table.datastoreId, table.path] })],
);

const groupColumns = {
  datastoreId: datastoreId(),
  namespace: text('namespace').notNull().$type<NamespacePath>(),
  type: text('type').notNull().$type<BackupType>(),
  backupId: text('backup_id').notNull().$type<BackupId>(),
};

export const backupGroup = pgTable(
  'backup_group',
  {
    ...groupColumns,
    /** Null when the owner file is missing or unreadable. */
    owner: text('owner'),
    notes: text('notes').notNull().default(''),
    ...usedBytes,
  },
  (table) => [primaryKey({ columns: [table.datastoreId, table.namespace, table.type, table.backupId] })],
);

export const snapshot = pgTable(
  'snapshot',
  {
    ...groupColumns,
    time: at('time').notNull(),
    finished: boolean('finished').notNull(),
    /** Why the manifest cannot be read; null when it can. */
    damage: text('damage'),
    /** What the last audit, or somebody who read it, found wrong with its chunks; null when nothing is known. */
    chunkDamage: text('chunk_damage'),
    files: jsonb('files').notNull().$type<SnapshotFile[]>(),
    /** Of all archives; null when unknown. */
    sizeBytes: bigint('size_bytes', { mode: 'number' }),
    /** What this backup added to the chunk files; null when unknown. */
    newBytes: bigint('new_bytes', { mode: 'number' }),
    protected: boolean('protected').notNull().default(false),
    notes: text('notes').notNull().default(''),
    verifyState: text('verify_state').$type<'ok' | 'failed'>(),
    verifiedAt: at('verified_at'),
    /** Fingerprint of the encryption key, if there is one. */
    keyFingerprint: text('key_fingerprint'),
    /** Who made it, as far as this server saw it happen. */
    createdBy: text('created_by'),
    ...usedBytes,
  },
  (table) => [
    primaryKey({ columns: [table.datastoreId, table.namespace, table.type, table.backupId, table.time] }),
    index('snapshot_time').on(table.time),
  ],
);

/** Chunks that were found damaged or missing and have not been stored anew since. */
export const damagedChunk = pgTable(
  'damaged_chunk',
  {
    datastoreId: datastoreId(),
    digest: text('digest').notNull(),
    /** The name that it was set aside under; null when it is missing altogether. */
    setAsideAs: text('set_aside_as'),
    foundAt: at('found_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.datastoreId, table.digest] })],
);
