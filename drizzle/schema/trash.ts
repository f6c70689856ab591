import { bigint, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { BackupId, BackupType, NamespacePath } from '#domain/ids.ts';
import { datastore } from './datastore.ts';

const at = (name: string) => timestamp(name, { withTimezone: true });

/** What lies in the trash of a datastore: like the catalog a copy, which a rescan makes anew. */
export const trashedSnapshot = pgTable(
  'trashed_snapshot',
  {
    datastoreId: uuid('datastore_id')
      .notNull()
      .references(() => datastore.id, { onDelete: 'cascade' }),
    namespace: text('namespace').notNull().$type<NamespacePath>(),
    type: text('type').notNull().$type<BackupType>(),
    backupId: text('backup_id').notNull().$type<BackupId>(),
    time: at('time').notNull(),
    /** When it was put there; the same snapshot may lie there twice. */
    trashedAt: at('trashed_at').notNull(),
    /** Who put it there, and by what. */
    trashedBy: text('trashed_by').notNull(),
    reason: text('reason').notNull().$type<'forget' | 'prune'>(),
    /** Of its group then; null when unknown. */
    owner: text('owner'),
    /** Of all archives; null when unknown. */
    sizeBytes: bigint('size_bytes', { mode: 'number' }),
  },
  (table) => [
    primaryKey({
      columns: [table.datastoreId, table.namespace, table.type, table.backupId, table.time, table.trashedAt],
    }),
  ],
);
