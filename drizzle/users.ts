import { randomUUID } from 'node:crypto';
import { and, eq, gt, isNull, or, sql } from 'drizzle-orm';
import { isToken, type PrincipalId, realmOf, type UserId, userOf } from '#domain/principal.ts';
import type { Executor } from './client.ts';
import { account, apiToken, user } from './schema/auth.ts';
import { hashSecret, newTokenSecret } from './tokens.ts';

/** Rows of users, their passwords and tokens, as the sign-in library and the gateway expect them. */

export interface NewUser {
  username: UserId;
  /** Null for principals that cannot sign in. */
  passwordHash: string | null;
  displayName?: string;
  comment?: string;
}

export async function insertUser(db: Executor, input: NewUser): Promise<string> {
  const id = randomUUID();
  await db.insert(user).values({
    id,
    name: input.displayName || input.username,
    // The sign-in library wants a unique address; `.invalid` never receives mail.
    email:
      `${encodeURIComponent(input.username.replace('@', '.'))}@${realmOf(input.username)}.invalid`.toLowerCase(),
    username: input.username,
    displayUsername: input.username,
    realmId: realmOf(input.username),
    comment: input.comment ?? '',
  });
  if (input.passwordHash !== null) await insertPassword(db, id, input.passwordHash);
  return id;
}

async function insertPassword(db: Executor, userId: string, password: string): Promise<void> {
  await db
    .insert(account)
    .values({ id: randomUUID(), accountId: userId, providerId: 'credential', userId, password });
}

export async function setPassword(db: Executor, userId: string, passwordHash: string): Promise<void> {
  const updated = await db
    .update(account)
    .set({ password: passwordHash })
    .where(eq(account.userId, userId))
    .returning({ id: account.id });
  if (updated.length === 0) await insertPassword(db, userId, passwordHash);
}

/** Null for an unknown, disabled, expired or passwordless user. */
export async function passwordHashOf(db: Executor, username: UserId): Promise<string | null> {
  const [row] = await db
    .select({ password: account.password })
    .from(user)
    .leftJoin(account, eq(account.userId, user.id))
    .where(
      and(
        eq(user.username, username),
        eq(user.enabled, true),
        or(isNull(user.expiresAt), gt(user.expiresAt, sql`now()`)),
      ),
    );
  return row?.password ?? null;
}

export async function isUserActive(db: Executor, username: UserId, now: Date): Promise<boolean> {
  const [row] = await db
    .select({ enabled: user.enabled, expiresAt: user.expiresAt })
    .from(user)
    .where(eq(user.username, username));
  return row?.enabled === true && (row.expiresAt === null || row.expiresAt > now);
}

/** Whether a user, or a token and its user, may come in at this moment. */
export async function isPrincipalActive(db: Executor, principal: PrincipalId, now: Date): Promise<boolean> {
  if (!(await isUserActive(db, userOf(principal), now))) return false;
  if (!isToken(principal)) return true;
  const [row] = await db
    .select({ enabled: apiToken.enabled, expiresAt: apiToken.expiresAt })
    .from(apiToken)
    .where(eq(apiToken.id, principal));
  return row?.enabled === true && (row.expiresAt === null || row.expiresAt > now);
}

/** Makes the token, or gives an existing one a new secret; returns the secret, which is not kept. */
export async function putToken(
  db: Executor,
  tokenId: string,
  createdBy: string,
  comment: string,
): Promise<string> {
  const username = userOf(tokenId as UserId);
  const [owner] = await db.select({ id: user.id }).from(user).where(eq(user.username, username));
  const secret = newTokenSecret();
  const secretHash = hashSecret(secret);
  await db
    .insert(apiToken)
    .values({ id: tokenId, userId: owner?.id ?? '', secretHash, comment, createdBy })
    .onConflictDoUpdate({ target: apiToken.id, set: { secretHash } });
  return secret;
}
