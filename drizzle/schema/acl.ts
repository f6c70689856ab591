import {
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
import type { AclPath, CustomRole, Privilege, RoleName } from '#domain/permissions.ts';
import type { GroupId, PrincipalId, UserId } from '#domain/principal.ts';
import { realm, user } from './auth.ts';

/** Who holds which role on which path. */
export const acl = pgTable(
  'acl',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    path: text('path').notNull().$type<AclPath>(),
    /** A user, a token or a group of users: no two of them have the same name. */
    principal: text('principal').notNull().$type<PrincipalId>(),
    role: text('role').notNull().$type<RoleName>(),
    propagate: boolean('propagate').notNull().default(true),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    createdBy: text('created_by').notNull(),
  },
  (table) => [
    uniqueIndex('acl_entry').on(table.path, table.principal, table.role),
    index('acl_principal').on(table.principal),
  ],
);

/** Roles that were made here; the built-in ones are code. */
export const role = pgTable('role', {
  name: text('name').primaryKey().$type<CustomRole>(),
  privileges: jsonb('privileges').notNull().$type<Privilege[]>(),
  comment: text('comment').notNull().default(''),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  createdBy: text('created_by').notNull(),
});

/** Groups of users; what is granted to one counts for its members. */
export const userGroup = pgTable('user_group', {
  /** `name@realm`. */
  id: text('id').primaryKey().$type<GroupId>(),
  realmId: text('realm_id')
    .notNull()
    .references(() => realm.id),
  comment: text('comment').notNull().default(''),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  createdBy: text('created_by').notNull(),
});

export const userGroupMember = pgTable(
  'user_group_member',
  {
    groupId: text('group_id')
      .notNull()
      .$type<GroupId>()
      .references(() => userGroup.id, { onDelete: 'cascade' }),
    username: text('username')
      .notNull()
      .$type<UserId>()
      .references(() => user.username, { onDelete: 'cascade' }),
  },
  (table) => [
    primaryKey({ columns: [table.groupId, table.username] }),
    index('user_group_member_user').on(table.username),
  ],
);
