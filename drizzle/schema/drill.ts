import { bigint, index, integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { BackupId, BackupType, NamespacePath } from '#domain/ids.ts';
import { datastore } from './datastore.ts';

const at = (name: string) => timestamp(name, { withTimezone: true });
const bytes = (name: string) => bigint(name, { mode: 'number' });

/** What restore drills have shown. A report outlives its task, which goes after a while. */
export const drillReport = pgTable(
  'drill_report',
  {
    /** That of the task that made it. */
    id: uuid('id').primaryKey(),
    datastoreId: uuid('datastore_id')
      .notNull()
      .references(() => datastore.id, { onDelete: 'cascade' }),
    namespace: text('namespace').notNull().$type<NamespacePath>(),
    type: text('type').notNull().$type<BackupType>(),
    backupId: text('backup_id').notNull().$type<BackupId>(),
    /** Of the snapshot. */
    time: at('time').notNull(),
    /** How it was chosen. */
    choice: text('choice').notNull().$type<'named' | 'random'>(),
    state: text('state').notNull().$type<'passed' | 'failed'>(),
    startedAt: at('started_at').notNull(),
    finishedAt: at('finished_at').notNull(),
    /** Reading and writing alone, without the comparison. */
    restoreMs: integer('restore_ms').notNull(),
    restoredBytes: bytes('restored_bytes').notNull(),
    restoredFiles: bytes('restored_files').notNull(),
    /** Hashes that were compared. */
    hashes: bytes('hashes').notNull(),
    /** What was wrong, in words, the first of them. */
    problems: jsonb('problems').notNull().$type<string[]>().default([]),
    createdBy: text('created_by').notNull(),
  },
  (table) => [index('drill_report_datastore').on(table.datastoreId, table.startedAt)],
);
