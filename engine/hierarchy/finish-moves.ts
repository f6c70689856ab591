import type { Datastore } from '../datastore.ts';
import { finishGroupMove, type MoveHooks } from './move-group.ts';
import { type Move, notedMoves } from './move-journal.ts';
import { finishNamespaceMove } from './move-namespace.ts';

/** Finishes the moves that a crash has interrupted, and leaves those alone that are under way. How many there were. */
export async function finishMoves(
  store: Datastore,
  hooksOf: (move: Move) => MoveHooks,
  signal: AbortSignal,
): Promise<number> {
  let finished = 0;
  for (const move of await notedMoves(store.backend)) {
    signal.throwIfAborted();
    const hooks = hooksOf(move);
    const isDone =
      move.kind === 'group'
        ? await finishGroupMove(store, move, hooks)
        : await finishNamespaceMove(store, move, hooks);
    if (isDone) finished += 1;
  }
  return finished;
}
