import { movedPath } from '#domain/move.ts';
import type { Database } from '#drizzle/client.ts';
import type { Datastore } from '#engine/datastore.ts';
import type { MoveHooks } from '#engine/hierarchy/move-group.ts';
import type { Move } from '#engine/hierarchy/move-journal.ts';
import { type Followed, moveGroupRows, moveNamespaceRows, moveTrashRows } from './move-rows.ts';

/** Makes the lists follow a move, whoever carries it out or finishes it. */
export function moveHooks(
  db: Database,
  place: { id: string; name: string },
  store: Datastore,
  move: Move,
  followed: (followed: Followed) => void = () => {},
): MoveHooks {
  if (move.kind === 'group') {
    const { to } = move;
    return {
      moved: () => moveGroupRows(db, place, store, move),
      trashed: (items) => moveTrashRows(db, place, items, () => to.namespace),
    };
  }
  const { from, to } = move;
  return {
    moved: async () => followed(await moveNamespaceRows(db, place, move)),
    trashed: (items) => moveTrashRows(db, place, items, (path) => movedPath(path, from, to)),
  };
}
