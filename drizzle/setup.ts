import { randomBytes } from 'node:crypto';
import { and, eq, gt, isNull, or, sql } from 'drizzle-orm';
import { type AclEntry, PRIVILEGES, privilegesOn } from '#domain/permissions.ts';
import type { UserId } from '#domain/principal.ts';
import type { Database, Executor } from './client.ts';
import { entriesOfMany } from './permissions.ts';
import { acl, userGroupMember } from './schema/acl.ts';
import { user } from './schema/auth.ts';
import { setting } from './schema/system.ts';
import { hashSecret } from './tokens.ts';

/** The first start: as long as nobody can sign in, a one-time token lets the first administrator in. */

const SETUP_TOKEN_KEY = 'internal.setupTokenHash';
const TOKEN_BYTES = 16;

/**
 * Whether somebody with a password may do everything: now, or without an end. It counts what they may in the end, be it by
 * a role of their own, one of a group or one that was made here.
 */
export async function hasAdministrator(db: Executor, how: 'now' | 'for good' = 'now'): Promise<boolean> {
  const notYet = how === 'now' ? gt(user.expiresAt, sql`now()`) : undefined;
  const candidates = await db
    .selectDistinct({ username: user.username })
    .from(user)
    .leftJoin(userGroupMember, eq(userGroupMember.username, user.username))
    .innerJoin(acl, sql`${acl.principal} in (${user.username}, ${userGroupMember.groupId})`)
    .where(
      and(
        ...[eq(acl.path, '/'), eq(user.realmId, 'ibs'), eq(user.enabled, true)],
        or(isNull(user.expiresAt), notYet),
      ),
    );
  const names = candidates.map(({ username }) => username as UserId);
  const entries = await entriesOfMany(db, names);
  return names.some((name) => isAdministrator(entries, name));
}

/** Everything on `/`, and nothing deeper takes away that grants can be changed. */
function isAdministrator(entries: readonly AclEntry[], name: UserId): boolean {
  const held = privilegesOn(entries, name, '/');
  return (
    PRIVILEGES.every((privilege) => held.has(privilege)) &&
    privilegesOn(entries, name, '/access').has('Permissions.Modify')
  );
}

/** A new setup token, replacing any older one; null once there is an administrator. */
export async function issueSetupToken(db: Database): Promise<string | null> {
  if (await hasAdministrator(db)) return null;
  const token = randomBytes(TOKEN_BYTES).toString('hex');
  const value = hashSecret(token);
  await db
    .insert(setting)
    .values({ key: SETUP_TOKEN_KEY, value, updatedBy: 'system' })
    .onConflictDoUpdate({ target: setting.key, set: { value, updatedAt: sql`now()` } });
  return token;
}

/** True once for the right token: it is taken away in the same step. */
export async function redeemSetupToken(db: Executor, token: string): Promise<boolean> {
  const rows = await db
    .delete(setting)
    .where(and(eq(setting.key, SETUP_TOKEN_KEY), eq(setting.value, hashSecret(token))))
    .returning({ key: setting.key });
  return rows.length > 0;
}
