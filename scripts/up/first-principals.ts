import * as fs from 'node:fs';
import { eq } from 'drizzle-orm';
import type { PrincipalId, UserId } from '#domain/principal.ts';
import { announce } from '#drizzle/changes.ts';
import { connect, type Database } from '#drizzle/client.ts';
import { acl } from '#drizzle/schema/acl.ts';
import { user } from '#drizzle/schema/auth.ts';
import { issueSetupToken } from '#drizzle/setup.ts';
import { tokenChecker } from '#drizzle/tokens.ts';
import { insertUser, putToken } from '#drizzle/users.ts';
import { writePrivate } from './private-files.ts';

/** The principal of the server itself: without a password, administrator, known to the local command line. */
const SYSTEM_USER = 'local@system' as UserId;
const CLI_TOKEN = `${SYSTEM_USER}!cli` as PrincipalId;

export interface FirstPrincipals {
  /** Lets the first administrator in; null once there is one. */
  setupToken: string | null;
}

/**
 * Makes sure that the command line on this host works without set-up (a token in a file that only its owner can
 * read) and that the first administrator can be made.
 */
export async function prepareFirstPrincipals(
  databaseUrl: string,
  tokenFile: string,
): Promise<FirstPrincipals> {
  const { db, close } = connect(databaseUrl, { max: 2, applicationName: 'ironcore-backup start' });
  try {
    await ensureSystemUser(db);
    await ensureCliToken(db, tokenFile);
    return { setupToken: await issueSetupToken(db) };
  } finally {
    await close();
  }
}

async function ensureSystemUser(db: Database): Promise<void> {
  const [found] = await db.select({ id: user.id }).from(user).where(eq(user.username, SYSTEM_USER));
  if (!found)
    await insertUser(db, { username: SYSTEM_USER, passwordHash: null, comment: 'This server itself' });
  for (const principal of [SYSTEM_USER, CLI_TOKEN] as PrincipalId[]) {
    await db
      .insert(acl)
      .values({ path: '/', principal, role: 'Administrator', createdBy: SYSTEM_USER })
      .onConflictDoNothing();
  }
}

/** The file and the database must agree; a token that the database does not know any more is replaced. */
async function ensureCliToken(db: Database, tokenFile: string): Promise<void> {
  const current = fs.existsSync(tokenFile) ? fs.readFileSync(tokenFile, 'utf8').trim() : '';
  if (current && (await tokenChecker(db, () => 0).check(current, 'local')) !== null) return;
  const secret = await putToken(db, CLI_TOKEN, SYSTEM_USER, 'Command line on the server itself');
  writePrivate(tokenFile, `${CLI_TOKEN}:${secret}\n`);
  await announce(db, 'access', CLI_TOKEN);
}
