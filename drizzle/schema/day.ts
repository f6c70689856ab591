import { date, integer, jsonb, pgTable, primaryKey, uuid } from 'drizzle-orm/pg-core';
import type { DatastoreStatus } from '#domain/datastore.ts';
import { datastore } from './datastore.ts';

/** How a datastore was, day by day: it outlives tasks, which go after a while. */
export const datastoreDay = pgTable(
  'datastore_day',
  {
    datastoreId: uuid('datastore_id')
      .notNull()
      .references(() => datastore.id, { onDelete: 'cascade' }),
    /** As clocks of the server's zone showed it then. */
    day: date('day', { mode: 'string' }).notNull(),
    /** Minutes in which a worker saw it so; 0 for what passed within one. */
    minutes: jsonb('minutes').notNull().$type<Partial<Record<DatastoreStatus, number>>>().default({}),
    /** The last reason for each status that had one. */
    reasons: jsonb('reasons').notNull().$type<Partial<Record<DatastoreStatus, string>>>().default({}),
    /** Tasks that ended on that day and have been removed since; those that are there are counted anew. */
    goneTasks: integer('gone_tasks').notNull().default(0),
    goneFailed: integer('gone_failed').notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.datastoreId, table.day] })],
);
