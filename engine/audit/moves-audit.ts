import type { Datastore } from '../datastore.ts';
import { isJournalName, MOVES_ROOT, type Move, notedMoves, pathOf } from '../hierarchy/move-journal.ts';
import { groupPlace, namespacePlace } from '../locks/places.ts';
import type { Findings } from './findings.ts';
import type { KnownNames } from './known-names.ts';

/** Moves that a crash has left. Of one that is under way, somebody holds what moves. */
export async function auditMoves(store: Datastore, names: KnownNames, findings: Findings): Promise<void> {
  await names.of(MOVES_ROOT, ({ name, kind }) => kind === 'object' && isJournalName(name));
  const held = new Set(store.locks.list().map(({ key }) => key));
  for (const move of await notedMoves(store.backend)) {
    if (held.has(placeOf(move).key)) continue;
    const what = `A move to ${pathOf(move.to)} was interrupted; a rescan finishes it.`;
    findings.add('move-interrupted', pathOf(move.from), what);
  }
}

function placeOf(move: Move) {
  return move.kind === 'group' ? groupPlace(move.from) : namespacePlace(move.from);
}
