import { BackupError } from '#domain/errors.ts';
import type { DatastoreName, NamespacePath } from '#domain/ids.ts';
import { datastorePath, type Privilege } from '#domain/permissions.ts';
import { owns, type PrincipalId } from '#domain/principal.ts';
import { privilegeFilter, requirePrivilege } from '../auth/require-privilege.ts';
import type { ServiceContext } from './context.ts';

/** What a caller may do with the content of a namespace: everything, or only what belongs to it. */
export interface ContentRight {
  ownOnly: boolean;
  /** Whether groups of others are at least seen. */
  seesAll: boolean;
  caller: PrincipalId;
}

const SEEING_ALL = ['Datastore.Audit', 'Datastore.Read', 'Datastore.Modify'] as const;

/**
 * Rights on groups and snapshots come in pairs (docs/glossary.md): `full` on the namespace covers all of
 * them, `partial` only the groups that the caller owns.
 */
export async function requireContent(
  context: ServiceContext,
  place: { datastore: DatastoreName; namespace: NamespacePath },
  full: [Privilege, ...Privilege[]],
  partial: Privilege,
): Promise<ContentRight> {
  const path = datastorePath(place.datastore, place.namespace);
  const caller = await requirePrivilege(context, path, ...full, partial);
  const holds = await privilegeFilter(context);
  const any = (privileges: readonly Privilege[]) => privileges.some((privilege) => holds(path, privilege));
  return { ownOnly: !any(full), seesAll: any(SEEING_ALL), caller: caller.principal };
}

export function mayTouch(right: ContentRight, owner: string | null): boolean {
  return !right.ownOnly || (owner !== null && owns(right.caller, owner as PrincipalId));
}

/**
 * OWNER_MISMATCH for a group of somebody else; for whoever may not even see it the error of what is not there.
 */
export function requireOwner(right: ContentRight, owner: string | null, notThere?: BackupError): void {
  if (mayTouch(right, owner)) return;
  if (notThere && !right.seesAll) throw notThere;
  throw new BackupError('OWNER_MISMATCH', `The backup group belongs to ${owner ?? 'nobody'}.`, {
    hint: 'You may only use groups that you own in this namespace.',
  });
}
