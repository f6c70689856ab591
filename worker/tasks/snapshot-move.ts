import { BackupError } from '#domain/errors.ts';
import { formatGroupPath, type GroupRef } from '#domain/ids.ts';
import { mayMoveGroup, namespaceWords } from '#domain/move.ts';
import { datastorePath } from '#domain/permissions.ts';
import { owns, type PrincipalId } from '#domain/principal.ts';
import { countOf } from '#domain/units.ts';
import { finishMoves } from '#engine/hierarchy/finish-moves.ts';
import { groupExists } from '#engine/hierarchy/groups.ts';
import { type MovedGroup, moveGroup } from '#engine/hierarchy/move-group.ts';
import { moveHooks } from '../catalog/move-hooks.ts';
import { principalOf, rightsNow } from './rights-now.ts';
import { ownedBy, type TaskContext, type TaskHandler } from './task-context.ts';

type Context = TaskContext<'snapshot.move'>;

/** Moves a group to another namespace, whole; refused before anything has moved, all of it stays. */
export const handleSnapshotMove: TaskHandler<'snapshot.move'> = async (context) => {
  const owned = ownedBy(context);
  const store = owned.writer();
  const { payload, createdBy, signal, worker } = context;
  const { group, merge } = payload;
  const from: GroupRef = { ...group, namespace: payload.from };
  const to: GroupRef = { ...group, namespace: payload.to };
  const move = { kind: 'group' as const, from, to, merge, by: createdBy };
  // What an attempt that was lost has begun.
  if (context.retried) await finishMoves(store, (one) => moveHooks(worker.db, owned, store, one), signal);
  if (
    context.retried &&
    !(await groupExists(store.backend, from)) &&
    (await groupExists(store.backend, to))
  ) {
    return { outcome: `${words(owned.name, from, to)} by an attempt that was interrupted.` };
  }
  const mayMove = await moveFilter(context, owned.name, from, to);
  const moved = await moveGroup(store, move, {
    ...moveHooks(worker.db, owned, store, move),
    check: async (owner) => {
      if (!mayMove(owner)) throw notAnyMore(from);
      signal.throwIfAborted();
    },
    report: (done, total) => context.progress({ phase: 'Moving', done, total, unit: 'snapshots' }),
  });
  return { outcome: `${words(owned.name, from, to)}${extent(moved)}`, result: moved };
};

function words(datastore: string, from: GroupRef, to: GroupRef): string {
  const places = `from ${namespaceWords(from.namespace)} to ${namespaceWords(to.namespace)}`;
  return `${from.type}/${from.id} moved ${places} in ${datastore}`;
}

function extent({ snapshots, merged, trashed }: MovedGroup): string {
  const into = merged ? ', merged into the group that was there' : '';
  const trash = trashed > 0 ? ` ${countOf(trashed, 'snapshot')} in the trash went along.` : '';
  return ` with ${countOf(snapshots, 'snapshot')}${into}.${trash} No chunk was transferred.`;
}

async function moveFilter(context: Context, datastore: string, from: GroupRef, to: GroupRef) {
  const principal = principalOf(context);
  if (principal === null) return () => true;
  const rights = await rightsNow(context.worker, principal);
  const held = [from, to].map(({ namespace }) => rights(datastorePath(datastore, namespace)));
  return (owner: PrincipalId | null) => {
    const isOwner = owner !== null && owns(principal, owner);
    return mayMoveGroup((privilege, side) => !!held[side === 'source' ? 0 : 1]?.has(privilege), isOwner);
  };
}

function notAnyMore(group: GroupRef): BackupError {
  const text = `The right to move ${formatGroupPath(group)} was taken away, or its owner changed meanwhile.`;
  return new BackupError('PRIVILEGE_MISSING', text);
}
