import { bigserial, boolean, pgTable, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';
import type { AclPath, RoleName } from '#domain/permissions.ts';
import type { PrincipalId } from '#domain/principal.ts';

/** Who holds which role on which path. */
export const acl = pgTable(
  'acl',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    path: text('path').notNull().$type<AclPath>(),
    principal: text('principal').notNull().$type<PrincipalId>(),
    role: text('role').notNull().$type<RoleName>(),
    propagate: boolean('propagate').notNull().default(true),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    createdBy: text('created_by').notNull(),
  },
  (table) => [uniqueIndex('acl_entry').on(table.path, table.principal, table.role)],
);
