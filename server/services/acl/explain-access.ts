import type { ExplainInput } from '#domain/account.ts';
import { BackupError } from '#domain/errors.ts';
import { becauseOf } from '#domain/explain-access.ts';
import {
  type AclEntry,
  type AclPath,
  type Decision,
  decide,
  PRIVILEGES,
  type Privilege,
} from '#domain/permissions.ts';
import { type PrincipalId, userOf } from '#domain/principal.ts';
import { entriesOf } from '#drizzle/permissions.ts';
import { isPrincipalActive } from '#drizzle/users.ts';
import { privilegeFilter, requireSession } from '../../auth/require-privilege.ts';
import type { ServiceContext } from '../context.ts';
import { findGrantee } from './find-grantee.ts';

export interface Explanation {
  principal: PrincipalId;
  path: AclPath;
  /** False for one who is disabled or has expired, and may do nothing whatever is granted. */
  active: boolean;
  privileges: Privilege[];
  walks: { principal: PrincipalId; steps: Decision['walks'][number]['steps']; deciding: AclPath | null }[];
  /** The answer for the privilege that was asked about. */
  answer: { privilege: Privilege; allowed: boolean; because: string[] } | null;
}

/**
 * Why a principal may do something on a path, or why not: the way that every decision of the server takes, with every entry
 * on it. Everybody may ask about itself and its tokens.
 */
export async function explainAccess(context: ServiceContext, input: ExplainInput): Promise<Explanation> {
  const caller = await requireSession(context);
  const path = input.path as AclPath;
  const { principal, privilege } = input;
  const isOwn = principal === caller.principal || userOf(principal) === caller.principal;
  if (!isOwn) await requireReader(context, principal);
  const kind = await findGrantee(context.db, principal);
  const entries: AclEntry[] = await entriesOf(context.db, principal);
  const decision = decide(entries, principal, path);
  const now = new Date(context.clock.now());
  const active = kind === 'group' || (await isPrincipalActive(context.db, principal, now));
  const because = privilege ? becauseOf(decision, privilege) : [];
  const inactive = `${principal} is disabled or has expired, and may do nothing.`;
  return {
    ...{ principal, path, active },
    privileges: active ? PRIVILEGES.filter((each) => decision.privileges.has(each)) : [],
    walks: decision.walks.map(({ deciding, steps, ...walk }) => ({
      ...{ principal: walk.principal, steps, deciding: deciding?.path ?? null },
    })),
    answer: privilege
      ? {
          privilege,
          allowed: active && decision.privileges.has(privilege),
          because: active ? because : [inactive],
        }
      : null,
  };
}

/** Others are nobody's business but of those who keep the grants: to everybody else they are not there. */
async function requireReader(context: ServiceContext, principal: PrincipalId): Promise<void> {
  const holds = await privilegeFilter(context);
  if (holds('/access', 'Permissions.Modify') || holds('/access', 'Sys.Audit')) return;
  throw new BackupError('PRIVILEGE_MISSING', `You need Permissions.Modify or Sys.Audit on /access.`, {
    hint: `Without it you can ask about yourself, and not about ${principal}.`,
    needs: { anyOf: ['Permissions.Modify', 'Sys.Audit'], path: '/access' },
  });
}
