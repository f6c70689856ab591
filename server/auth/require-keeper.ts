import type { BackupError } from '#domain/errors.ts';
import { type UserId, userOf } from '#domain/principal.ts';
import type { ServiceContext } from '../services/context.ts';
import { privilegeFilter, requirePrivilege, requireSession } from './require-privilege.ts';

/**
 * Passes for those who keep users and grants. Who may only see them, or is a token of that very user, is told what is
 * missing; to everybody else a user or token of others is not there, and `notThere` says so in the words of what is really
 * not there.
 */
export async function requireKeeper(
  context: ServiceContext,
  user: UserId,
  notThere: BackupError,
): Promise<void> {
  const caller = await requireSession(context);
  const holds = await privilegeFilter(context);
  const sees = holds('/access', 'Permissions.Modify') || holds('/access', 'Sys.Audit');
  if (!sees && userOf(caller.principal) !== user) throw notThere;
  await requirePrivilege(context, '/access', 'Permissions.Modify');
}
