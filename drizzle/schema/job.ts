import { jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { JobKind, JobOptions } from '#domain/job.ts';
import type { TaskState } from '#domain/task.ts';
import { datastore } from './datastore.ts';

const at = (name: string) => timestamp(name, { withTimezone: true });

/** What is started by itself on a datastore: a row of each kind, and further ones with a name. */
export const datastoreJob = pgTable(
  'datastore_job',
  {
    datastoreId: uuid('datastore_id')
      .notNull()
      .references(() => datastore.id, { onDelete: 'cascade' }),
    kind: text('kind').notNull().$type<JobKind>(),
    /** Empty for the one of its kind that is always there. */
    name: text('name').notNull().default(''),
    /** A calendar event in its one spelling; null for by hand only. */
    schedule: text('schedule'),
    /** Starts only in this part of the day; null for at any time. */
    runWindow: text('run_window'),
    options: jsonb('options').notNull().$type<JobOptions>().default({}),
    /** Due times up to this moment are dealt with. */
    countedFrom: at('counted_from').notNull().defaultNow(),
    /** The last run stopped then at the end of its window and left something to do; null when none is left. */
    leftAt: at('left_at'),
    /** Why it was not started when it was due, and since when; taken away by its next start. */
    notice: text('notice'),
    noticeAt: at('notice_at'),
    /** The last run that the schedule made. Its task row goes after a while, and this stays. */
    lastTaskId: uuid('last_task_id'),
    lastStartedAt: at('last_started_at'),
    lastFinishedAt: at('last_finished_at'),
    lastState: text('last_state').$type<TaskState>(),
    lastOutcome: text('last_outcome'),
  },
  (table) => [primaryKey({ columns: [table.datastoreId, table.kind, table.name] })],
);
