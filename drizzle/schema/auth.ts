import { boolean, index, pgTable, text, timestamp } from 'drizzle-orm/pg-core';

/**
 * People and how they sign in. `user`, `session`, `account` and `verification` have the columns that
 * better-auth expects; `userId` columns hold its opaque ids, and `user.username` the `name@realm` that
 * everything else refers to.
 */

const at = (name: string) => timestamp(name, { withTimezone: true });

export const realm = pgTable('realm', {
  id: text('id').primaryKey(),
  /**
   * `internal`: passwords in this database. `external`: users and groups that something else knows. `service`: principals
   * of the system itself, without sign-in.
   */
  kind: text('kind').notNull().$type<'internal' | 'external' | 'service'>(),
  comment: text('comment').notNull().default(''),
});

export const user = pgTable('user', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  /** better-auth needs a unique address; without a real one it is `name@realm.invalid`. */
  email: text('email').notNull().unique(),
  emailVerified: boolean('email_verified').notNull().default(false),
  image: text('image'),
  createdAt: at('created_at').notNull().defaultNow(),
  updatedAt: at('updated_at').notNull().defaultNow(),
  username: text('username').notNull().unique(),
  displayUsername: text('display_username'),
  realmId: text('realm_id')
    .notNull()
    .references(() => realm.id),
  comment: text('comment').notNull().default(''),
  enabled: boolean('enabled').notNull().default(true),
  expiresAt: at('expires_at'),
  lastSignInAt: at('last_sign_in_at'),
});

export const session = pgTable(
  'session',
  {
    id: text('id').primaryKey(),
    expiresAt: at('expires_at').notNull(),
    token: text('token').notNull().unique(),
    createdAt: at('created_at').notNull().defaultNow(),
    updatedAt: at('updated_at').notNull().defaultNow(),
    /** When its user last typed the password: at sign-in, or when an act asked for it. */
    provenAt: at('proven_at').notNull().defaultNow(),
    ipAddress: text('ip_address'),
    userAgent: text('user_agent'),
    userId: text('user_id')
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
  },
  (table) => [index('session_user').on(table.userId)],
);

export const account = pgTable(
  'account',
  {
    id: text('id').primaryKey(),
    accountId: text('account_id').notNull(),
    providerId: text('provider_id').notNull(),
    userId: text('user_id')
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
    accessToken: text('access_token'),
    refreshToken: text('refresh_token'),
    idToken: text('id_token'),
    accessTokenExpiresAt: at('access_token_expires_at'),
    refreshTokenExpiresAt: at('refresh_token_expires_at'),
    scope: text('scope'),
    /** scrypt hash of the password, never the password. */
    password: text('password'),
    createdAt: at('created_at').notNull().defaultNow(),
    updatedAt: at('updated_at').notNull().defaultNow(),
  },
  (table) => [index('account_user').on(table.userId)],
);

export const verification = pgTable('verification', {
  id: text('id').primaryKey(),
  identifier: text('identifier').notNull(),
  value: text('value').notNull(),
  expiresAt: at('expires_at').notNull(),
  createdAt: at('created_at').defaultNow(),
  updatedAt: at('updated_at').defaultNow(),
});

export const apiToken = pgTable(
  'api_token',
  {
    /** `name@realm!token`. */
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
    /** Hex SHA-256 of the secret; the secret is random, so no slow hash is needed. */
    secretHash: text('secret_hash').notNull(),
    comment: text('comment').notNull().default(''),
    enabled: boolean('enabled').notNull().default(true),
    expiresAt: at('expires_at'),
    createdAt: at('created_at').notNull().defaultNow(),
    createdBy: text('created_by').notNull(),
    lastUsedAt: at('last_used_at'),
    lastUsedFrom: text('last_used_from'),
  },
  (table) => [index('api_token_user').on(table.userId)],
);

/** Failed sign-ins of a name or an address, for throttling. */
export const signInFailure = pgTable(
  'sign_in_failure',
  {
    id: text('id').primaryKey(),
    key: text('key').notNull(),
    at: at('at').notNull().defaultNow(),
  },
  (table) => [index('sign_in_failure_key').on(table.key, table.at)],
);
