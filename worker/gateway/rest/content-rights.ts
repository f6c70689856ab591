import { BackupError } from '#domain/errors.ts';
import type { NamespacePath } from '#domain/ids.ts';
import { datastorePath, type Privilege } from '#domain/permissions.ts';
import { owns, type PrincipalId } from '#domain/principal.ts';
import type { RestCall } from './rest-call.ts';

/** Any of these on a namespace lets one see that it is there. */
export const CONTENT_PRIVILEGES = [
  'Datastore.Audit',
  'Datastore.Modify',
  'Datastore.Read',
  'Datastore.Verify',
  'Datastore.Backup',
  'Datastore.Prune',
] as const satisfies Privilege[];

/** `full` on the namespace covers all groups, `partial` only those of the caller (docs/glossary.md). */
export interface ContentRight {
  /** Whether the caller may do it with a group of this owner. */
  covers(owner: string | null): boolean;
  /** Whether groups of others are at least seen: only then it is told whose they are, and that they are there. */
  seesOthers: boolean;
}

export function requireContent(
  { caller, store }: RestCall,
  namespace: NamespacePath,
  full: Privilege[],
  partial: Privilege,
): ContentRight {
  const path = datastorePath(store, namespace);
  if (caller.holds(path, ...full)) return { covers: () => true, seesOthers: true };
  if (caller.holds(path, partial)) {
    return {
      covers: (owner) => owner !== null && owns(caller.principal, owner as PrincipalId),
      seesOthers: caller.holds(path, 'Datastore.Audit', 'Datastore.Read', 'Datastore.Modify'),
    };
  }
  throw new BackupError(
    'PRIVILEGE_MISSING',
    `permission check failed - missing ${[...full, partial].join('|')} on ${path}`,
  );
}

export function requireCovered(right: ContentRight, call: RestCall, owner: string | null): void {
  if (right.covers(owner)) return;
  const told = (right.seesOthers && owner) || 'nobody';
  throw new BackupError('OWNER_MISMATCH', `backup owner check failed (${call.caller.principal} != ${told})`);
}
