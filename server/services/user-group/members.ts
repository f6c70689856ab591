import { inArray } from 'drizzle-orm';
import { BackupError } from '#domain/errors.ts';
import type { UserId } from '#domain/principal.ts';
import type { Transaction } from '#drizzle/client.ts';
import { user } from '#drizzle/schema/auth.ts';

/** USER_NOT_FOUND for the first who is not there, or is the system itself. */
export async function requireUsers(tx: Transaction, names: readonly UserId[], field: string): Promise<void> {
  if (names.length === 0) return;
  const found = await tx
    .select({ username: user.username, realmId: user.realmId })
    .from(user)
    .where(inArray(user.username, [...names]));
  const known = new Set(found.filter(({ realmId }) => realmId !== 'system').map(({ username }) => username));
  const unknown = names.find((name) => !known.has(name));
  if (unknown === undefined) return;
  throw new BackupError('USER_NOT_FOUND', `There is no user ${unknown}.`, {
    field,
    hint: 'List them: ironcore-backup user list',
  });
}
