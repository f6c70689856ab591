import { sql } from 'drizzle-orm';
import {
  bigint,
  bigserial,
  boolean,
  index,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import type { AuditOutcome } from '#domain/audit-log.ts';
import type { ErrorCode } from '#domain/errors.ts';

const at = (name: string) => timestamp(name, { withTimezone: true });

/** Settings of the installation, one row each; what is not here has its default. */
export const setting = pgTable('setting', {
  key: text('key').primaryKey(),
  value: jsonb('value').notNull(),
  updatedAt: at('updated_at').notNull().defaultNow(),
  updatedBy: text('updated_by').notNull(),
});

/**
 * Who did what, from where, with which result. Secrets never get here. Rows are written once; a trigger refuses to change
 * or remove them (migrations/0012_audit_chain.sql).
 */
export const audit = pgTable(
  'audit',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    /** To the millisecond, as its hash covers it. */
    at: timestamp('at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
    principal: text('principal').notNull(),
    /** Address of the client; empty for the system itself. */
    source: text('source').notNull(),
    /** `datastore.create`, `token.revoke`, … */
    action: text('action').notNull(),
    subject: text('subject').notNull(),
    outcome: text('outcome').notNull().$type<AuditOutcome>(),
    /** Why it was refused. */
    code: text('code').$type<ErrorCode>(),
    detail: jsonb('detail'),
    before: jsonb('before'),
    after: jsonb('after'),
    /** Its place in the chain; null until it is sealed. */
    position: bigint('position', { mode: 'number' }),
    /** SHA-256 of the row at the position before, and of this one's content with it. */
    previousHash: text('previous_hash'),
    hash: text('hash'),
  },
  (table) => [
    index('audit_at').on(table.at),
    index('audit_principal').on(table.principal, table.id),
    index('audit_action').on(table.action, table.id),
    uniqueIndex('audit_position').on(table.position),
    index('audit_unsealed').on(table.id).where(sql`position is null`),
  ],
);

/** A change that came with a key of its sender's, and what was answered: it is made once. Kept for a day. */
export const idempotentRequest = pgTable(
  'idempotent_request',
  {
    principal: text('principal').notNull(),
    key: text('key').notNull(),
    /** Of procedure and input; keyed, since there may be a password in it. */
    hash: text('hash').notNull(),
    /** Sealed; null while it is worked on. */
    answer: text('answer'),
    at: at('at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.principal, table.key] }),
    index('idempotent_request_at').on(table.at),
  ],
);

/** Where the chain begins and ends, and how it was found when it was last verified: one row. */
export const auditChain = pgTable('audit_chain', {
  one: boolean('one').primaryKey().default(true),
  /** The last row that was removed when its time had come; what is kept follows on it. */
  basePosition: bigint('base_position', { mode: 'number' }).notNull().default(0),
  baseHash: text('base_hash').notNull(),
  headPosition: bigint('head_position', { mode: 'number' }).notNull().default(0),
  headHash: text('head_hash').notNull(),
  verifiedAt: at('verified_at'),
  /** Up to which row it was found whole. */
  verifiedPosition: bigint('verified_position', { mode: 'number' }),
  /** What was wrong with it, in words; null when it was whole. */
  broken: text('broken'),
});
