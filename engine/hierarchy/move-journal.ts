import { createHash } from 'node:crypto';
import { z } from 'zod';
import { isBackupError } from '#domain/errors.ts';
import {
  formatGroupPath,
  type GroupRef,
  type NamespacePath,
  parseGroupRef,
  parseNamespacePath,
} from '#domain/ids.ts';
import { schemaOf } from '#domain/schema.ts';
import type { ObjectSource } from '../backends/backend.ts';
import type { Datastore } from '../datastore.ts';
import { withReserve } from '../reserve.ts';
import { below } from './layout.ts';
import { listOrNothing } from './namespaces.ts';

/**
 * Moves that are under way (docs/formats/datastore.md). Each is noted before it begins and crossed out when it is done, so
 * that whoever opens the datastore after a crash can finish it. What is moved is locked for as long.
 */

export const MOVES_ROOT = '.moves';
const SUFFIX = '.json';
const FILE_MAX_BYTES = 64 * 1024;

const Group = schemaOf((text) => parseGroupRef(text));
const Namespace = schemaOf((text) => parseNamespacePath(text));
/** Who wants it. */
const by = z.string();
const version = z.literal(1);

const JournalFile = z.discriminatedUnion('kind', [
  /** `merge`: into a group that was there, snapshot by snapshot. */
  z.object({ version, by, kind: z.literal('group'), from: Group, to: Group, merge: z.boolean() }),
  z.object({ version, by, kind: z.literal('namespace'), from: Namespace, to: Namespace }),
]);

export interface GroupMove {
  kind: 'group';
  from: GroupRef;
  to: GroupRef;
  merge: boolean;
  by: string;
}

export interface NamespaceMove {
  kind: 'namespace';
  from: NamespacePath;
  to: NamespacePath;
  by: string;
}

export type Move = GroupMove | NamespaceMove;

/** One for each thing that can be moved; a hash, since a path can be longer than a name. */
function journalKey(move: Move): string {
  const name = createHash('sha256')
    .update(`${move.kind} ${pathOf(move.from)}`)
    .digest('hex');
  return below(MOVES_ROOT, `${name}${SUFFIX}`);
}

export function isJournalName(name: string): boolean {
  return /^[0-9a-f]{64}\.json$/.test(name);
}

export function pathOf(place: GroupRef | NamespacePath): string {
  return typeof place === 'string' ? place : formatGroupPath(place);
}

/** The caller holds what moves. */
export async function noteMove(store: Datastore, move: Move): Promise<void> {
  const { from, to } = move;
  const file = { version: 1, ...move, from: pathOf(from), to: pathOf(to) };
  const durable = store.syncLevel !== 'none';
  await withReserve(store.backend, async () => {
    await store.backend.makeDirectory(MOVES_ROOT, { durable });
    await store.backend.put(journalKey(move), Buffer.from(`${JSON.stringify(file, null, 2)}\n`), { durable });
  });
}

export async function crossOut(store: Datastore, move: Move): Promise<void> {
  await store.backend.remove(journalKey(move));
}

/** Those that are under way, and those that a crash has left; what cannot be read is passed over. */
export async function notedMoves(source: ObjectSource): Promise<Move[]> {
  const moves: Move[] = [];
  for (const { name } of await listOrNothing(source, MOVES_ROOT)) {
    const move = isJournalName(name) ? await readMove(source, below(MOVES_ROOT, name)) : null;
    if (move !== null) moves.push(move);
  }
  return moves;
}

async function readMove(source: ObjectSource, key: string): Promise<Move | null> {
  try {
    const bytes = await source.get(key, FILE_MAX_BYTES);
    const file = JournalFile.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8')));
    if (!file.success) return null;
    const { version: _, ...move } = file.data;
    return move;
  } catch (error) {
    if (error instanceof SyntaxError || isBackupError(error, 'STORAGE_MISSING', 'DATA_CORRUPT')) return null;
    throw error;
  }
}
