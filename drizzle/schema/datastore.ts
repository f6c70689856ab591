import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { DatastoreKind, DatastoreStatus, Maintenance, ProbeStep, SyncLevel } from '#domain/datastore.ts';
import type { DatastoreName } from '#domain/ids.ts';
import type { ChunkCoverage } from '#domain/verify.ts';

const at = (name: string) => timestamp(name, { withTimezone: true });
const bytes = (name: string) => bigint(name, { mode: 'number' });

/** What differs by kind; one arm for each. */
export type DatastoreConfig = {
  kind: 'local';
  path: string;
  /** The mount that the directory was on when it was made or adopted; null until then. */
  mount: { type: string; source: string; mountPoint: string } | null;
};

export const datastore = pgTable(
  'datastore',
  {
    id: uuid('id').primaryKey(),
    name: text('name').notNull().$type<DatastoreName>(),
    kind: text('kind').notNull().$type<DatastoreKind>(),
    config: jsonb('config').notNull().$type<DatastoreConfig>(),
    comment: text('comment').notNull().default(''),
    syncLevel: text('sync_level').notNull().$type<SyncLevel>(),
    /** Identity in the datastore itself; null until it is made. */
    identity: uuid('identity'),
    /** Counts changes of the configuration, for "someone else changed it". */
    version: integer('version').notNull().default(1),
    createdAt: at('created_at').notNull().defaultNow(),
    createdBy: text('created_by').notNull(),
    /** `creating` rows are not listed as datastores that can be used; `removing` ones are on their way out. */
    phase: text('phase').notNull().$type<'creating' | 'ready' | 'removing'>().default('creating'),
    status: text('status').notNull().$type<DatastoreStatus>().default('probing'),
    statusReason: text('status_reason').notNull().default(''),
    statusSince: at('status_since').notNull().defaultNow(),
    maintenance: jsonb('maintenance').$type<Maintenance>(),
    /** Why the datastore must not be trusted until it was verified. */
    suspect: text('suspect'),
    lastProbeAt: at('last_probe_at'),
    lastGoodProbeAt: at('last_good_probe_at'),
    probeMisses: integer('probe_misses').notNull().default(0),
    probeSteps: jsonb('probe_steps').$type<ProbeStep[]>(),
    totalBytes: bytes('total_bytes'),
    availableBytes: bytes('available_bytes'),
    usedBytes: bytes('used_bytes'),
    inodesTotal: bytes('inodes_total'),
    inodesAvailable: bytes('inodes_available'),
    /** Chunk files, counted by a rescan and kept up by every backup since. */
    chunkCount: bytes('chunk_count').notNull().default(0),
    chunkBytes: bytes('chunk_bytes').notNull().default(0),
    chunksCountedAt: at('chunks_counted_at'),
    /** When it was looked who uses the space. */
    spaceUseAt: at('space_use_at'),
    /** How many of the chunks that snapshots need were read and found sound lately, as of then; null where nobody has looked. */
    chunkCoverage: jsonb('chunk_coverage').$type<ChunkCoverage>(),
    /** Of chunks that nothing but the trash needs, as it was found then; null where nobody has looked. */
    trashBytes: bytes('trash_bytes'),
    /** Days that a removed snapshot can be restored; 0 removes for good at once. */
    trashDays: integer('trash_days').notNull().default(1),
    /** Verify each backup when it is finished. */
    verifyNew: boolean('verify_new').notNull().default(false),
    /** Last time that everything written was known to be on the disk; the start of the crash window. */
    lastSyncAt: at('last_sync_at'),
    /** The owner closed it in order. False after a crash: the crash window is then scanned. */
    cleanlyClosed: integer('cleanly_closed').notNull().default(1),
  },
  (table) => [
    uniqueIndex('datastore_name').on(table.name),
    // Two records of one directory would write it side by side.
    uniqueIndex('datastore_identity').on(table.identity),
  ],
);

/** The right to be a datastore's only writer. */
export const datastoreLease = pgTable('datastore_lease', {
  datastoreId: uuid('datastore_id')
    .primaryKey()
    .references(() => datastore.id, { onDelete: 'cascade' }),
  workerId: uuid('worker_id').notNull(),
  epoch: integer('epoch').notNull(),
  acquiredAt: at('acquired_at').notNull().defaultNow(),
});

/** A running worker process; alive while its heartbeat is young. */
export const worker = pgTable('worker', {
  id: uuid('id').primaryKey(),
  host: text('host').notNull(),
  /** Boot id of the kernel and start time of the process: together with the pid they name one process for ever. */
  bootId: text('boot_id').notNull(),
  pid: integer('pid').notNull(),
  processStart: text('process_start').notNull(),
  startedAt: at('started_at').notNull().defaultNow(),
  heartbeatAt: at('heartbeat_at').notNull().defaultNow(),
  /** Address of its gateway, null while it has none. */
  gatewayUrl: text('gateway_url'),
  /** Its certificate in PEM form: what is asked must show exactly this one. */
  gatewayCertificate: text('gateway_certificate'),
});

/** Usage and traffic over time. */
export const datastoreSample = pgTable(
  'datastore_sample',
  {
    datastoreId: uuid('datastore_id')
      .notNull()
      .references(() => datastore.id, { onDelete: 'cascade' }),
    at: at('at').notNull().defaultNow(),
    totalBytes: bytes('total_bytes'),
    usedBytes: bytes('used_bytes'),
    chunkBytes: bytes('chunk_bytes'),
    /** Bytes received from clients since the sample before. */
    receivedBytes: bytes('received_bytes').notNull().default(0),
  },
  (table) => [index('datastore_sample_at').on(table.datastoreId, table.at)],
);
