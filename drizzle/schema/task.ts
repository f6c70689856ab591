import {
  bigserial,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core';
import type { LogLevel, TaskError, TaskKind, TaskProgress, TaskState } from '#domain/task.ts';
import { datastore } from './datastore.ts';

const at = (name: string) => timestamp(name, { withTimezone: true });

/** One run of something that takes a while: what console, CLI, API and audit see of it. */
export const task = pgTable(
  'task',
  {
    id: uuid('id').primaryKey(),
    kind: text('kind').notNull().$type<TaskKind>(),
    datastoreId: uuid('datastore_id').references(() => datastore.id, { onDelete: 'set null' }),
    /** Name of the datastore when the task was made: it outlives the datastore. */
    datastoreName: text('datastore_name'),
    /** What it is about, for people: `ibs-primary:vm/100`. */
    subject: text('subject').notNull(),
    payload: jsonb('payload').notNull(),
    state: text('state').notNull().$type<TaskState>().default('queued'),
    progress: jsonb('progress').$type<TaskProgress>(),
    /** The outcome in words, once there is one. */
    outcome: text('outcome'),
    /** The outcome in numbers; the shape depends on the kind. */
    result: jsonb('result'),
    error: jsonb('error').$type<TaskError>(),
    warnings: integer('warnings').notNull().default(0),
    createdBy: text('created_by').notNull(),
    createdAt: at('created_at').notNull().defaultNow(),
    startedAt: at('started_at'),
    finishedAt: at('finished_at'),
    workerId: uuid('worker_id'),
    /** 1 for the first run; more when a worker was lost. Writes of an older attempt are refused. */
    attempt: integer('attempt').notNull().default(0),
    cancelRequestedAt: at('cancel_requested_at'),
    cancelRequestedBy: text('cancel_requested_by'),
  },
  (table) => [
    index('task_created').on(table.createdAt),
    index('task_state').on(table.state),
    index('task_datastore').on(table.datastoreId, table.createdAt),
  ],
);

export const taskLog = pgTable(
  'task_log',
  {
    taskId: uuid('task_id')
      .notNull()
      .references(() => task.id, { onDelete: 'cascade' }),
    number: integer('number').notNull(),
    at: at('at').notNull(),
    level: text('level').notNull().$type<LogLevel>(),
    text: text('text').notNull(),
  },
  (table) => [primaryKey({ columns: [table.taskId, table.number] })],
);

/**
 * What changed and when, in a row a change: consoles follow it and resume after a lost connection. A trigger
 * notifies listeners; rows are kept for an hour.
 */
export const change = pgTable('change', {
  id: bigserial('id', { mode: 'number' }).primaryKey(),
  topic: text('topic').notNull().$type<ChangeTopic>(),
  /** Id of the row that changed. */
  ref: text('ref').notNull(),
  datastoreId: uuid('datastore_id'),
  at: at('at').notNull().defaultNow(),
});

export type ChangeTopic = 'task' | 'datastore' | 'content' | 'access' | 'settings' | 'worker';
