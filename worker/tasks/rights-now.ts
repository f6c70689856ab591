import { BackupError } from '#domain/errors.ts';
import type { GroupRef } from '#domain/ids.ts';
import { type AclPath, datastorePath, type Privilege, privilegesOn } from '#domain/permissions.ts';
import { owns, type PrincipalId, parsePrincipalId } from '#domain/principal.ts';
import { pruneReach } from '#domain/prune.ts';
import { entriesOf } from '#drizzle/permissions.ts';
import { isPrincipalActive } from '#drizzle/users.ts';
import type { WorkerContext } from '../worker-context.ts';

/**
 * A task may wait for hours between the wish and the work. What removes or gives back asks again, as it begins, what whom
 * it is done for may do by now; who may not come in any more may do nothing.
 */

interface Wish {
  worker: Pick<WorkerContext, 'db' | 'clock'>;
  createdBy: string;
}

/** For whom a task is done; null for the server itself. */
export function principalOf({ createdBy }: Wish): PrincipalId | null {
  const principal = parsePrincipalId(createdBy);
  return principal.ok ? principal.value : null;
}

/** What a principal may do on a place at this moment. */
export async function rightsNow(
  { db, clock }: Wish['worker'],
  principal: PrincipalId,
): Promise<(path: AclPath) => ReadonlySet<Privilege>> {
  const isActive = await isPrincipalActive(db, principal, new Date(clock.now()));
  const entries = isActive ? await entriesOf(db, principal) : [];
  return (path) => privilegesOn(entries, principal, path);
}

/** PRIVILEGE_MISSING when the right on the whole datastore was taken away since. */
export async function requireStill(wish: Wish, datastore: string, privilege: Privilege): Promise<void> {
  const principal = principalOf(wish);
  if (principal === null) return;
  const rights = await rightsNow(wish.worker, principal);
  const path = datastorePath(datastore);
  if (rights(path).has(privilege)) return;
  throw new BackupError('PRIVILEGE_MISSING', `${principal} does not hold ${privilege} on ${path} any more.`, {
    hint: 'It was taken away after the task was asked for.',
  });
}

/** Whether snapshots of a group may be removed and given back by now; the owner is asked for only where it matters. */
export type MayRemove = (group: GroupRef, ownerOf: () => Promise<PrincipalId | null>) => Promise<boolean>;

export async function mayRemoveNow(
  worker: Wish['worker'],
  principal: PrincipalId | null,
  datastore: string,
): Promise<MayRemove> {
  if (principal === null) return async () => true;
  const rights = await rightsNow(worker, principal);
  return async ({ namespace }, ownerOf) => {
    const held = rights(datastorePath(datastore, namespace));
    const reach = pruneReach((privilege) => held.has(privilege));
    if (reach !== 'own') return reach === 'all';
    const owner = await ownerOf();
    return owner !== null && owns(principal, owner);
  };
}
