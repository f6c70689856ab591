import { bigserial, index, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core';

const at = (name: string) => timestamp(name, { withTimezone: true });

/** Settings of the installation, one row each; what is not here has its default. */
export const setting = pgTable('setting', {
  key: text('key').primaryKey(),
  value: jsonb('value').notNull(),
  updatedAt: at('updated_at').notNull().defaultNow(),
  updatedBy: text('updated_by').notNull(),
});

/** Who did what, from where, with which result. Secrets never get here. */
export const audit = pgTable(
  'audit',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    at: at('at').notNull().defaultNow(),
    principal: text('principal').notNull(),
    /** Address of the client; empty for the system itself. */
    source: text('source').notNull(),
    /** `datastore.create`, `token.revoke`, … */
    action: text('action').notNull(),
    subject: text('subject').notNull(),
    outcome: text('outcome').notNull().$type<'done' | 'refused'>(),
    detail: jsonb('detail'),
  },
  (table) => [index('audit_at').on(table.at)],
);
