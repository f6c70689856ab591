import { type AclEntry, PRIVILEGES, type Privilege, privilegesOn } from '#domain/permissions.ts';
import { entriesOf } from '#drizzle/permissions.ts';
import { requireSession } from '../../auth/require-privilege.ts';
import type { ServiceContext } from '../context.ts';

export interface Me {
  principal: string;
  via: 'session' | 'token';
  /** On `/`: decides which menu entries and buttons make sense. */
  privileges: Privilege[];
  /** The caller's own entries: with them the browser decides by the same rule what a button may offer. */
  entries: AclEntry[];
}

export async function whoAmI(context: ServiceContext): Promise<Me> {
  const caller = await requireSession(context);
  const entries = await entriesOf(context.db, caller.principal);
  const held = privilegesOn(entries, caller.principal, '/');
  return {
    principal: caller.principal,
    via: caller.via,
    privileges: PRIVILEGES.filter((privilege) => held.has(privilege)),
    entries,
  };
}
