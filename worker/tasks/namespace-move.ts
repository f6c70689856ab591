import { BackupError } from '#domain/errors.ts';
import { namespaceWords } from '#domain/move.ts';
import { type AclPath, datastorePath } from '#domain/permissions.ts';
import { countOf } from '#domain/units.ts';
import { finishMoves } from '#engine/hierarchy/finish-moves.ts';
import { type MovedNamespace, moveNamespace } from '#engine/hierarchy/move-namespace.ts';
import { namespaceExists, parentOf } from '#engine/hierarchy/namespaces.ts';
import { moveHooks } from '../catalog/move-hooks.ts';
import type { Followed } from '../catalog/move-rows.ts';
import { principalOf, rightsNow } from './rights-now.ts';
import { ownedBy, type TaskContext, type TaskHandler } from './task-context.ts';

/** Moves a namespace with all below it, whole; refused before it has moved, all of it stays. */
export const handleNamespaceMove: TaskHandler<'namespace.move'> = async (context) => {
  const owned = ownedBy(context);
  const store = owned.writer();
  const { createdBy, signal, worker } = context;
  const { from, to } = context.payload;
  const move = { kind: 'namespace' as const, from, to, by: createdBy };
  const what = `Namespace ${from} of ${owned.name} is ${namespaceWords(to)} now`;
  // What an attempt that was lost has begun.
  if (context.retried) await finishMoves(store, (one) => moveHooks(worker.db, owned, store, one), signal);
  if (context.retried && !(await namespaceExists(store.backend, from))) {
    if (await namespaceExists(store.backend, to))
      return { outcome: `${what}, by an attempt that was interrupted.` };
  }
  const mayModify = await modifyFilter(context);
  let followed: Followed = { grants: 0, jobs: [] };
  const hooks = moveHooks(worker.db, owned, store, move, (one) => {
    followed = one;
  });
  const moved = await moveNamespace(store, move, {
    ...hooks,
    check: async ({ namespaces }) => {
      const paths = [parentOf(from), parentOf(to), ...namespaces].map((path) =>
        datastorePath(owned.name, path),
      );
      if (!paths.every(mayModify)) throw notAnyMore(from);
      signal.throwIfAborted();
    },
  });
  return { outcome: `${what}, with ${extent(moved, followed)}.`, result: { ...moved, ...followed } };
};

async function modifyFilter(context: TaskContext<'namespace.move'>): Promise<(path: AclPath) => boolean> {
  const principal = principalOf(context);
  if (principal === null) return () => true;
  const rights = await rightsNow(context.worker, principal);
  return (path) => rights(path).has('Datastore.Modify');
}

function extent(
  { namespaces, groups, snapshots, trashed }: MovedNamespace,
  { grants, jobs }: Followed,
): string {
  const parts = [
    namespaces > 0 ? `${countOf(namespaces, 'namespace')} below it` : '',
    `${countOf(snapshots, 'snapshot')} in ${countOf(groups, 'group')}`,
    trashed > 0 ? `${countOf(trashed, 'snapshot')} in the trash` : '',
    grants > 0 ? countOf(grants, 'grant') : '',
    jobs.length > 0 ? `jobs that look after it: ${jobs.join(', ')}` : '',
  ].filter(Boolean);
  return parts.join(', ');
}

function notAnyMore(namespace: string): BackupError {
  return new BackupError('PRIVILEGE_MISSING', `The right to move ${namespace} was taken away meanwhile.`);
}
