import type { CreateAdministratorInput } from '#domain/account.ts';
import { BackupError } from '#domain/errors.ts';
import { realmOf } from '#domain/principal.ts';
import { recordAudit } from '#drizzle/audit.ts';
import { announce } from '#drizzle/changes.ts';
import { isUniqueViolation } from '#drizzle/client.ts';
import { hashPassword } from '#drizzle/passwords.ts';
import { acl } from '#drizzle/schema/acl.ts';
import { redeemSetupToken } from '#drizzle/setup.ts';
import { attemptSignIn } from '#drizzle/sign-in-throttle.ts';
import { insertUser } from '#drizzle/users.ts';
import type { ServiceContext } from '../context.ts';

/** Makes the first administrator, for whoever knows the one-time token that the server printed. */
export async function createAdministrator(
  context: ServiceContext,
  input: CreateAdministratorInput,
): Promise<void> {
  // public: the setup token is the proof
  if (realmOf(input.user) !== 'ibs') {
    throw new BackupError('REALM_NOT_FOUND', 'The first administrator belongs to the realm ibs.', {
      field: 'user',
      hint: 'For example admin@ibs.',
    });
  }
  if (await attemptSignIn(context.db, 'setup', context.source, () => redeem(context, input))) return;
  throw new BackupError('SETUP_TOKEN_INVALID', 'The setup token is wrong or was used already.', {
    field: 'setupToken',
    hint: 'The server prints a fresh one at every start until there is an administrator.',
  });
}

/** False when the token is wrong. */
async function redeem(context: ServiceContext, input: CreateAdministratorInput): Promise<boolean> {
  const passwordHash = await hashPassword(input.password);
  return context.db
    .transaction(async (tx) => {
      if (!(await redeemSetupToken(tx, input.setupToken))) return false;
      await insertUser(tx, { username: input.user, passwordHash });
      const createdBy = input.user;
      await tx.insert(acl).values({ path: '/', principal: input.user, role: 'Administrator', createdBy });
      await recordAudit(tx, {
        principal: input.user,
        source: context.source,
        action: 'setup.createAdministrator',
        subject: input.user,
      });
      await announce(tx, 'access', input.user);
      return true;
    })
    .catch((error) => {
      if (isUniqueViolation(error, 'user_username_unique')) {
        throw new BackupError('USER_EXISTS', `There is a user ${input.user} already.`, { field: 'user' });
      }
      throw error;
    });
}
