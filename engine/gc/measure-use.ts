import { setImmediate } from 'node:timers/promises';
import { isBackupError } from '#domain/errors.ts';
import { formatGroupPath, type SnapshotRef } from '#domain/ids.ts';
import type { TaskProgress } from '#domain/task.ts';
import type { ObjectBackend, ObjectReader } from '../backends/backend.ts';
import { DIGEST_BYTES } from '../chunks/digest.ts';
import { parseFileKey } from '../hierarchy/layout.ts';
import { DIGEST_AT, DYNAMIC_ENTRY_BYTES } from '../indexes/dynamic-index-reader.ts';
import { HEADER_BYTES } from '../indexes/index-header.ts';
import { openIndex } from '../indexes/open-index.ts';
import { isTrashKey } from '../trash/trash-layout.ts';
import { BodyMemory } from './body-memory.ts';
import { MarkLookup, type SharedMarks } from './mark-table.ts';
import { type CoverageQuestion, SpaceCount, type SpaceUse } from './space-use.ts';

/** Parsing one takes some microseconds, and there may be hundreds of thousands. */
const KEYS_A_TURN = 1000;

export interface MeasureOptions {
  signal: AbortSignal;
  report: (progress: TaskProgress) => void;
  coverage?: CoverageQuestion | null | undefined;
}

/**
 * Who uses the space, from the indexes that a mark has read and the sizes that its sweep has met. Reads every index once
 * more. What is removed meanwhile is left out; what came later is not in it.
 */
export async function measureUse(
  backend: ObjectBackend,
  keys: readonly string[],
  marks: SharedMarks,
  { signal, report, coverage = null }: MeasureOptions,
): Promise<SpaceUse> {
  const lookup = new MarkLookup(marks);
  const walk = new UseWalk(backend, lookup, await SpaceCount.of(lookup), coverage);
  let done = 0;
  for await (const one of inOrder(keys)) {
    signal.throwIfAborted();
    await walk.index(one);
    done += 1;
    report({ phase: 'Who uses the space', done, total: keys.length, unit: 'files' });
  }
  return walk.count.result(coverage);
}

interface Indexed {
  key: string;
  /** Null outside of snapshots, and in the trash. */
  snapshot: SnapshotRef | null;
}

/** Snapshots of a group and of a namespace together, then what is outside of snapshots, and the trash last. */
async function* inOrder(keys: readonly string[]): AsyncIterable<Indexed> {
  const outside: Indexed[] = [];
  const trashed: Indexed[] = [];
  const groups = new Map<string, Indexed[]>();
  for (const [at, key] of keys.entries()) {
    if (at % KEYS_A_TURN === 0) await setImmediate();
    if (isTrashKey(key)) {
      trashed.push({ key, snapshot: null });
      continue;
    }
    const snapshot = parseFileKey(key)?.snapshot ?? null;
    const name = snapshot && `${snapshot.namespace}\0${snapshot.type}/${snapshot.id}`;
    const list = name === null ? outside : (groups.get(name) ?? []);
    list.push({ key, snapshot });
    if (name !== null) groups.set(name, list);
  }
  const sorted = [...groups].sort(([a], [b]) => compareText(a, b));
  for (const [, list] of sorted) yield* list.sort((a, b) => compareText(a.key, b.key));
  yield* outside;
  yield* trashed.sort((a, b) => compareText(a.key, b.key));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Read at once; a multiple of both entry lengths. */
const PIECE_BYTES = 1280 * 1024;
const WORD_BYTES = Uint32Array.BYTES_PER_ELEMENT;

class UseWalk {
  readonly count: SpaceCount;
  readonly #backend: ObjectBackend;
  readonly #lookup: MarkLookup;
  readonly #coverage: CoverageQuestion | null;
  /** Of the last index of each name the entries, and the slots that they were found in: most are the same in the next. */
  readonly #bodies = new BodyMemory();
  #group = '';
  #directory = '';

  constructor(
    backend: ObjectBackend,
    lookup: MarkLookup,
    count: SpaceCount,
    coverage: CoverageQuestion | null,
  ) {
    this.#backend = backend;
    this.#coverage = coverage;
    this.#lookup = lookup;
    this.count = count;
  }

  async index({ key, snapshot }: Indexed): Promise<void> {
    this.#enter(key, snapshot);
    try {
      const reader = await this.#backend.open(key);
      try {
        await this.#read(key, reader, tellerOf(this.count, key, snapshot));
      } finally {
        await reader.close();
      }
    } catch (error) {
      if (!isBackupError(error, 'STORAGE_MISSING')) throw error;
    }
  }

  #enter(key: string, snapshot: SnapshotRef | null): void {
    const directory = key.slice(0, key.lastIndexOf('/'));
    if (directory === this.#directory) return;
    this.#directory = directory;
    const group = snapshot ? formatGroupPath(snapshot) : trashedGroupOf(key);
    if (group !== this.#group) this.#bodies.forgetAll();
    this.#group = group;
    if (snapshot) this.count.begin(snapshot, this.#coverage?.soundAt(snapshot));
  }

  async #read(key: string, reader: ObjectReader, tell: (slot: number) => void): Promise<void> {
    const name = key.slice(key.lastIndexOf('/') + 1);
    const { kind, count } = await openIndex(name, reader);
    const [entryBytes, digestAt] = kind === 'fixed' ? [DIGEST_BYTES, 0] : [DYNAMIC_ENTRY_BYTES, DIGEST_AT];
    const body = this.#bodies.take(count * entryBytes);
    const slots = body && this.#bodies.take(count * WORD_BYTES);
    const known = { body: this.#bodies.last(name), slots: this.#bodies.last(`${name}#`) };
    const piece = body ?? new Uint32Array(PIECE_BYTES / WORD_BYTES);
    for (let offset = 0; offset < count * entryBytes; offset += PIECE_BYTES) {
      const bytes = Math.min(PIECE_BYTES, count * entryBytes - offset);
      const from = body ? offset / WORD_BYTES : 0;
      await reader.read(
        new Uint8Array(piece.buffer, piece.byteOffset + from * WORD_BYTES, bytes),
        HEADER_BYTES + offset,
      );
      const entries = {
        from,
        to: from + bytes / WORD_BYTES,
        step: entryBytes / WORD_BYTES,
        at: digestAt / WORD_BYTES,
      };
      this.#visit(piece, slots, known, entries, tell);
    }
    this.#bodies.remember(name, body);
    this.#bodies.remember(`${name}#`, slots);
  }

  /** Positions in words of the piece, which is the whole body wherever it is remembered. */
  #visit(
    piece: Uint32Array,
    slots: Uint32Array | null,
    known: { body: Uint32Array; slots: Uint32Array },
    { from, to, step, at }: { from: number; to: number; step: number; at: number },
    tell: (slot: number) => void,
  ): void {
    let entry = from / step;
    for (let word = from + at; word < to; word += step, entry += 1) {
      const first = piece[word] ?? 0;
      const second = piece[word + 1] ?? 0;
      const isKnown = slots !== null && known.body[word] === first && known.body[word + 1] === second;
      const slot = isKnown ? (known.slots[entry] ?? NO_SLOT) : this.#lookup.slotOf(first, second) >>> 0;
      if (slots) slots[entry] = slot;
      if (slot < this.#lookup.slots) tell(slot);
    }
  }
}

/** What becomes of a chunk that an index refers to. */
function tellerOf(count: SpaceCount, key: string, snapshot: SnapshotRef | null): (slot: number) => void {
  if (snapshot) return (slot) => count.add(slot);
  return isTrashKey(key) ? (slot) => count.addTrashed(slot) : (slot) => count.addOutside(slot);
}

/** Of `.trash/host/a/…@…/snapshot/root.pxar.didx` the first three; nothing outside of the trash. */
function trashedGroupOf(key: string): string {
  return isTrashKey(key) ? key.split('/').slice(0, -3).join('/') : '';
}

/** What a negative slot looks like without a sign: beyond every table. */
const NO_SLOT = 0xffffffff;
