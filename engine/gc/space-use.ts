import { setImmediate } from 'node:timers/promises';
import { formatGroupPath, type SnapshotRef } from '#domain/ids.ts';
import type { ChunkCoverage } from '#domain/verify.ts';
import type { MarkLookup } from './mark-table.ts';

/** Bytes on the disk, of chunks. */
export interface UsedBytes {
  /** Of chunks that nothing else needs: what its removal frees. */
  exclusiveBytes: number;
  /** Of all chunks that it needs, each once. */
  totalBytes: number;
}

export interface SpaceUse {
  snapshots: ({ snapshot: SnapshotRef } & UsedBytes)[];
  groups: ({ group: Omit<SnapshotRef, 'time'> } & UsedBytes)[];
  namespaces: ({ namespace: SnapshotRef['namespace'] } & UsedBytes)[];
  /**
   * Of chunks that nothing but the trash needs; what it shares with snapshots counts as if it were not in the trash. Null
   * where a plan has passed some of it over.
   */
  trashBytes: number | null;
  /** Null when nobody asked for it. */
  coverage: ChunkCoverage | null;
}

/** Asks which chunks are known to be sound: those of a snapshot that was found sound. */
export interface CoverageQuestion {
  /** When a snapshot was last found sound, if that still holds; whole seconds since 1970, 0 for never. */
  soundAt: (snapshot: SnapshotRef) => number;
  /** Whole seconds since 1970. */
  now: number;
  days: readonly number[];
}

/** In the two high bits of what is kept for each chunk: who alone needs it; the other bits number that one. */
const [ONE_SNAPSHOT, ONE_GROUP, ONE_NAMESPACE, SEVERAL] = [0, 1, 2, 3];
/** Words of a slot: the size, LAST, ALONE, SOUND. So slots keep within lines of the cache. */
const STATE_WORDS = 4;
const [LAST, ALONE, SOUND] = [1, 2, 3];
const DAY_SECONDS = 86_400;
const NUMBER_BITS = 30;
const NUMBER_MASK = 2 ** NUMBER_BITS - 1;
/** Summed up at once: a few milliseconds. */
const SLOTS_A_TURN = 2 ** 16;

/**
 * Who uses the space: for each chunk, who alone needs it. Snapshots are told in an order that keeps those of a group and
 * those of a namespace together, so that one number a chunk, the last snapshot that needed it, tells what to count once.
 *
 * *Memory*: 16 bytes a slot of the table of marks, and some 50 a snapshot. What belongs to a slot stands together: each
 * reference costs one look into memory that no cache holds.
 */
export class SpaceCount {
  /** Of each slot the size of the chunk file, the number of the last snapshot that needs it (from 1; 0: none), who alone does, and when one that needs it was last found sound. */
  readonly #state: Uint32Array;
  readonly #snapshots: SnapshotRef[] = [];
  /** The first snapshot of each group and of each namespace. */
  readonly #groups: SnapshotRef[] = [];
  readonly #namespaces: SnapshotRef[] = [];
  /** Of each snapshot its group, of each group its namespace, by number. */
  readonly #groupOf: number[] = [];
  readonly #namespaceOf: number[] = [];
  readonly #totals: Totals = { snapshots: [], groups: [], namespaces: [] };
  #soundAt = 0;
  #trashBytes = 0;

  private constructor(state: Uint32Array) {
    this.#state = state;
  }

  static async of(marks: MarkLookup): Promise<SpaceCount> {
    const state = new Uint32Array(marks.slots * STATE_WORDS);
    for (let slot = 0; slot < marks.slots; slot += 1) {
      if (slot % SLOTS_A_TURN === 0) await setImmediate();
      state[slot * STATE_WORDS] = marks.sizeAt(slot);
    }
    return new SpaceCount(state);
  }

  /** What is told from now on belongs to this snapshot, which was last found sound at `soundAt` (0: never). */
  begin(snapshot: SnapshotRef, soundAt = 0): void {
    this.#soundAt = soundAt;
    if (this.#namespaces.at(-1)?.namespace !== snapshot.namespace) this.#namespaces.push(snapshot);
    const last = this.#groups.at(-1);
    if (last === undefined || formatGroupPath(last) !== formatGroupPath(snapshot)) {
      this.#groups.push(snapshot);
      this.#namespaceOf.push(this.#namespaces.length - 1);
    }
    this.#snapshots.push(snapshot);
    this.#groupOf.push(this.#groups.length - 1);
  }

  /** A chunk that the snapshot needs, by its slot in the table of marks. */
  add(slot: number): void {
    const at = slot * STATE_WORDS;
    const number = this.#snapshots.length;
    const last = this.#state[at + LAST] ?? 0;
    if (last === number) return;
    this.#state[at + LAST] = number;
    if (this.#soundAt > (this.#state[at + SOUND] ?? 0)) this.#state[at + SOUND] = this.#soundAt;
    this.#count(this.#state[at] ?? 0, last - 1, number - 1);
    this.#state[at + ALONE] =
      last === 0 ? number - 1 : this.#joined(this.#state[at + ALONE] ?? 0, number - 1);
  }

  /** A chunk that something outside of snapshots needs; to be told after all snapshots. */
  addOutside(slot: number): void {
    this.#state[slot * STATE_WORDS + ALONE] = pack(SEVERAL, 0);
  }

  /** A chunk that a snapshot in the trash needs; to be told last of all. */
  addTrashed(slot: number): void {
    const at = slot * STATE_WORDS;
    if (this.#state[at + LAST] !== 0 || this.#state[at + ALONE] !== 0) return;
    this.#state[at + ALONE] = pack(SEVERAL, 0);
    this.#trashBytes += this.#state[at] ?? 0;
  }

  /** In what the chunk occurs for the first time. `before` is −1 when nothing needed it until now. */
  #count(bytes: number, before: number, now: number): void {
    const { snapshots, groups, namespaces } = this.#totals;
    addAt(snapshots, now, bytes);
    const [group, groupBefore] = [this.#groupOf[now] ?? 0, before < 0 ? -1 : (this.#groupOf[before] ?? -1)];
    if (groupBefore === group) return;
    addAt(groups, group, bytes);
    const [namespace, namespaceBefore] = [
      this.#namespaceOf[group] ?? 0,
      groupBefore < 0 ? -1 : (this.#namespaceOf[groupBefore] ?? -1),
    ];
    if (namespaceBefore !== namespace) addAt(namespaces, namespace, bytes);
  }

  /** Who alone needs a chunk that one more snapshot needs. */
  #joined(alone: number, now: number): number {
    const [kind, who] = [alone >>> NUMBER_BITS, alone & NUMBER_MASK];
    if (kind === SEVERAL) return alone;
    const group = this.#groupOf[now] ?? 0;
    const groupBefore = kind === ONE_SNAPSHOT ? this.#groupOf[who] : kind === ONE_GROUP ? who : -1;
    if (groupBefore === group) return pack(ONE_GROUP, group);
    const namespace = this.#namespaceOf[group] ?? 0;
    const namespaceBefore = kind === ONE_NAMESPACE ? who : this.#namespaceOf[groupBefore ?? -1];
    return namespaceBefore === namespace ? pack(ONE_NAMESPACE, namespace) : pack(SEVERAL, 0);
  }

  async result(question: CoverageQuestion | null = null): Promise<SpaceUse> {
    const { snapshots, groups, namespaces } = await this.#exclusive();
    return {
      coverage: question && (await this.#coverage(question)),
      snapshots: this.#snapshots.map((snapshot, at) => ({
        snapshot,
        ...usedOf(snapshots, this.#totals.snapshots, at),
      })),
      groups: this.#groups.map(({ namespace, type, id }, at) => ({
        group: { namespace, type, id },
        ...usedOf(groups, this.#totals.groups, at),
      })),
      namespaces: this.#namespaces.map(({ namespace }, at) => ({
        namespace,
        ...usedOf(namespaces, this.#totals.namespaces, at),
      })),
      trashBytes: this.#trashBytes,
    };
  }

  /** What only one snapshot needs, only its group and only its namespace need as well. */
  async #exclusive(): Promise<Totals> {
    const sums: Totals = { snapshots: [], groups: [], namespaces: [] };
    for (let at = 0; at < this.#state.length; at += STATE_WORDS) {
      if (at % (SLOTS_A_TURN * STATE_WORDS) === 0) await setImmediate();
      const last = this.#state[at + LAST] ?? 0;
      const alone = this.#state[at + ALONE] ?? 0;
      const [kind, who] = [alone >>> NUMBER_BITS, alone & NUMBER_MASK];
      if (last === 0 || kind === SEVERAL) continue;
      const bytes = this.#state[at] ?? 0;
      // Any snapshot that needs it stands for all of them, as far as they are together.
      const group = this.#groupOf[last - 1] ?? 0;
      if (kind === ONE_SNAPSHOT) addAt(sums.snapshots, who, bytes);
      if (kind !== ONE_NAMESPACE) addAt(sums.groups, group, bytes);
      addAt(sums.namespaces, this.#namespaceOf[group] ?? 0, bytes);
    }
    return sums;
  }

  /** Of the chunks that snapshots need and that were met. */
  async #coverage({ now, days }: CoverageQuestion): Promise<ChunkCoverage> {
    const within = days.map((count) => ({ days: count, chunks: 0, bytes: 0 }));
    const all = { chunks: 0, bytes: 0, within };
    for (let at = 0; at < this.#state.length; at += STATE_WORDS) {
      if (at % (SLOTS_A_TURN * STATE_WORDS) === 0) await setImmediate();
      const bytes = this.#state[at] ?? 0;
      if (bytes === 0 || this.#state[at + LAST] === 0) continue;
      const soundAt = this.#state[at + SOUND] ?? 0;
      addTo(all, bytes);
      for (const one of within) if (soundAt > 0 && now - soundAt <= one.days * DAY_SECONDS) addTo(one, bytes);
    }
    return all;
  }
}

interface Totals {
  snapshots: number[];
  groups: number[];
  namespaces: number[];
}

function pack(kind: number, who: number): number {
  return ((kind << NUMBER_BITS) | who) >>> 0;
}

function addAt(sums: number[], at: number, bytes: number): void {
  sums[at] = (sums[at] ?? 0) + bytes;
}

function addTo(sum: { chunks: number; bytes: number }, bytes: number): void {
  sum.chunks += 1;
  sum.bytes += bytes;
}

function usedOf(exclusive: number[], total: number[], at: number): UsedBytes {
  return { exclusiveBytes: exclusive[at] ?? 0, totalBytes: total[at] ?? 0 };
}
