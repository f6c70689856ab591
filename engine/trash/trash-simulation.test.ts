import { expect, test } from 'vitest';
import { isBackupError } from '#domain/errors.ts';
import { formatSnapshotPath, type SnapshotRef } from '#domain/ids.ts';
import type { PrincipalId } from '#domain/principal.ts';
import type { TrashItem } from '#domain/trash.ts';
import { type BackendCall, hookedBackend } from '#testing/hooked-backend.ts';
import type { MemoryBackend } from '#testing/memory-backend.ts';
import { openTestStore, testClock } from '#testing/open-store.ts';
import { begin, fileName, manifestBlob, snapshotRef, uploadArchive } from '#testing/session-client.ts';
import { type Chance, seededChance } from '#testing/simulation/chance.ts';
import { InlinePool } from '#testing/simulation/inline-pool.ts';
import { type Ground, makeGround } from '#testing/simulation/stored-ground.ts';
import { Turns } from '#testing/simulation/turns.ts';
import { chunkKey } from '../chunks/chunk-key.ts';
import { type Digest, digestOf, parseDigest } from '../chunks/digest.ts';
import type { Datastore } from '../datastore.ts';
import { collectGarbage } from '../gc/collect.ts';
import { MANIFEST_NAME, snapshotKey } from '../hierarchy/layout.ts';
import { removeSnapshot } from '../hierarchy/remove-snapshot.ts';
import { trashedGroups } from './list-trash.ts';
import { removeTrashed, tidyTrash } from './remove-trashed.ts';
import { restoreTrashed } from './restore-trashed.ts';
import { TRASH_ROOT } from './trash-layout.ts';

/**
 * Backups, and snapshots that go to the trash and come back all the time, beside collections that expire and sweep, in a
 * seeded order of their calls, with kills in between: no chunk of a snapshot is ever removed, whether it lies in its
 * group or in the trash, and each is at exactly one of the two.
 */

const SECONDS = Number(process.env.IBS_SIMULATION_SECONDS ?? 5);
const SEED = Number(process.env.IBS_TEST_SEED ?? Date.now() % 1_000_000);
const TURNS = 6000;
const TURNS_A_LIFE = 2000;
const GROUPS = ['a', 'b'];
const KEPT = 5;
const DAY_MS = 86_400_000;
const NAME = fileName('root.pxar.didx');
const NOTE = { by: 'bob@ibs', reason: 'forget' as const };
const BOB = 'bob@ibs' as PrincipalId;
const NEVER = new AbortController().signal;

interface Kept {
  snapshot: SnapshotRef;
  digests: readonly Digest[];
}

class TrashSimulation {
  readonly done = { backups: 0, trashed: 0, restored: 0, emptied: 0, expired: 0, collections: 0, chunks: 0 };
  readonly #chance: Chance;
  readonly #clock = testClock();
  readonly #memory: MemoryBackend;
  readonly #ground: Ground;
  readonly #kept = new Map<string, Kept>();
  #failure: string | null = null;
  #nextTime = 1_700_000_000;
  #nextPiece = 0;

  constructor(seed: number, ground: Ground) {
    this.#chance = seededChance(seed);
    this.#memory = ground.backend(this.#clock.now);
    this.#ground = ground;
  }

  async run(): Promise<void> {
    for (let turns = 0; turns < TURNS; turns += TURNS_A_LIFE) await this.#live();
  }

  /** From a start of the process until it is killed. */
  async #live(): Promise<void> {
    const turns = new Turns(this.#chance);
    const store = await this.#open(turns);
    const play = (weight: number, idle: number, work: () => Promise<void>) =>
      void turns.at({ weight, sleeps: 0.02, turnsAsleep: 300 }, () => this.#repeat(turns, idle, work));
    play(1, 60, () => this.#backUp(store));
    play(2, 30, () => this.#move(store));
    play(2, 30, () => this.#move(store));
    play(1, 400, () => this.#empty(store));
    play(3, 40, () => this.#collect(store));
    for (let turn = 0; turn < TURNS_A_LIFE && this.#failure === null; turn += 1) await turns.next();
    turns.abandon();
    this.#checkPlaces();
    if (this.#failure !== null) throw new Error(this.#failure);
  }

  async #open(turns: Turns): Promise<Datastore> {
    let isOpen = false;
    const backend = hookedBackend(this.#memory, async (call, key) => {
      const isQuick = key.startsWith('.chunks/') && call === 'list';
      if (isOpen && !isQuick) await turns.wait();
      if (turns.isOver) await new Promise(() => {}); // whoever was killed does nothing more
      if (isOpen && this.#chance.hits(0.02)) this.#clock.advance(this.#chance.next() ** 2 * DAY_MS);
      this.#observe(call, key);
      // What is carried out, and not known to be so yet.
      if (isOpen && call === 'rename') return () => turns.wait();
    });
    const store = await openTestStore({
      ...{ backend, uuid: this.#ground.uuid, clock: this.#clock, pool: new InlinePool(1) },
    });
    await tidyTrash(store, NEVER);
    isOpen = true;
    return store;
  }

  /** Directly before the call is made. */
  #observe(call: BackendCall, key: string): void {
    if (call === 'rename') this.#forgetItem(key);
    const digest = key.startsWith('.chunks/') && parseDigest(key.slice(key.lastIndexOf('/') + 1));
    if (!digest || call !== 'remove') return;
    this.done.chunks += 1;
    for (const [path, { digests }] of this.#kept) {
      if (digests.includes(digest)) this.#failure ??= `${path} needs chunk ${digest}, which was removed`;
    }
  }

  /** An item goes for good by a rename of itself: only here a snapshot may be forgotten altogether. */
  #forgetItem(key: string): void {
    const [, group = '', time = ''] = /^\.trash\/(host\/\w+)\/([^/@.]+)@[^/]+$/.exec(key) ?? [];
    if (time !== '') this.#kept.delete(`${group}/${time}`);
  }

  async #repeat(turns: Turns, idle: number, work: () => Promise<void>): Promise<void> {
    while (this.#failure === null) {
      await turns.wait(this.#chance.below(idle));
      await work().catch((error) => {
        if (!isBackupError(error, ...REFUSALS)) this.#failure ??= `${error?.stack ?? error}`;
      });
    }
  }

  async #backUp(store: Datastore): Promise<void> {
    if (this.#kept.size >= 2 * KEPT) return;
    const snapshot = snapshotRef(this.#chance.pick(GROUPS), this.#nextTime);
    this.#nextTime += 1 + this.#chance.below(7200);
    const session = await begin(store, snapshot);
    try {
      const base = session.previous && this.#kept.get(formatSnapshotPath(session.previous));
      if (base) await (await session.openPrevious(NAME)).close();
      const byDigest = new Map(this.#ground.pieces.map((piece) => [digestOf(piece), piece]));
      const known = new Set((base?.digests ?? []).filter(() => this.#chance.hits(0.6)));
      const old = [...known].map((digest) => byDigest.get(digest) as Buffer);
      const fresh = Array.from({ length: 1 + this.#chance.below(3) }, () => this.#piece());
      const pieces = [...new Map([...old, ...fresh].map((piece) => [digestOf(piece), piece])).values()];
      const archive = await uploadArchive(session, NAME, pieces, known);
      await session.addBlob(fileName('index.json.blob'), manifestBlob(snapshot, [archive]));
      await session.finish();
      this.#kept.set(formatSnapshotPath(snapshot), { snapshot, digests: pieces.map(digestOf) });
      this.done.backups += 1;
    } finally {
      await session.abort();
    }
  }

  /** Now and then what was sent before, whose chunk may be just about to go. */
  #piece(): Buffer {
    if (this.#chance.hits(0.6)) this.#nextPiece += 1;
    const { pieces } = this.#ground;
    return pieces[Math.max(this.#nextPiece - this.#chance.below(20), 0) % pieces.length] as Buffer;
  }

  /** Into the trash, or out of it: whatever lies there, most of the time only for a moment. */
  async #move(store: Datastore): Promise<void> {
    const items = await this.#trashed(store);
    if (items.length > 0 && this.#chance.hits(0.6)) {
      await restoreTrashed(store, this.#chance.pick(items), BOB);
      this.done.restored += 1;
      return;
    }
    if (this.#kept.size === 0) return;
    const { snapshot } = this.#chance.pick([...this.#kept.values()]);
    const item = await removeSnapshot(store, snapshot, NOTE);
    if (item) this.done.trashed += 1;
    if (item && this.#chance.hits(0.4)) await restoreTrashed(store, item, BOB);
  }

  async #empty(store: Datastore): Promise<void> {
    const items = await this.#trashed(store);
    if (items.length === 0 || this.#kept.size < KEPT) return;
    await removeTrashed(store, this.#chance.pick(items), 'emptying');
    this.done.emptied += 1;
  }

  async #collect(store: Datastore): Promise<void> {
    const startedAt = Math.floor(this.#clock.now() / 1000);
    const { expired } = await collectGarbage(store, {
      ...{ dryRun: this.#chance.hits(0.1), graceSeconds: 0, expectedSnapshots: null, storedBytes: null },
      trash: {
        days: 3,
        removed: async ({ trashedTime }) => {
          if (trashedTime + (3 * DAY_MS) / 1000 > startedAt + 60) this.#failure ??= 'it expired too early';
        },
      },
      ...{ tryAccessTime: async () => null, signal: NEVER, report: () => {}, warn: () => {} },
      missing: async ({ digest, indexKey }) => {
        this.#failure ??= `${indexKey} has lost chunk ${digest}`;
      },
    });
    this.done.expired += expired;
    this.done.collections += 1;
  }

  async #trashed(store: Datastore): Promise<TrashItem[]> {
    const all: TrashItem[] = [];
    for await (const { items } of trashedGroups(store.backend)) all.push(...items);
    return all;
  }

  /** After a kill as well: each snapshot is whole, at one place. */
  #checkPlaces(): void {
    const keys = [...this.#memory.objects.keys()];
    for (const [path, { snapshot, digests }] of this.#kept) {
      const own = `${snapshotKey(snapshot)}/${MANIFEST_NAME}`;
      const inTrash = (key: string) =>
        key.startsWith(`${TRASH_ROOT}/${snapshotKey(snapshot)}@`) &&
        key.endsWith(`/snapshot/${MANIFEST_NAME}`);
      const places = keys.filter((key) => key === own || inTrash(key));
      if (places.length !== 1) this.#failure ??= `${path} is at ${places.length} places`;
      const lost = digests.find((digest) => !this.#memory.objects.has(chunkKey(digest)));
      if (lost) this.#failure ??= `${path} has lost chunk ${lost}`;
    }
  }
}

const REFUSALS = [
  ...(['GROUP_LOCKED', 'SNAPSHOT_LOCKED', 'SNAPSHOT_NOT_FOUND', 'SNAPSHOT_TIME_TOO_OLD'] as const),
  ...(['SNAPSHOT_EXISTS', 'PROTOCOL_VIOLATION'] as const),
];

test(`seed ${SEED}: nothing that a snapshot needs is removed, in its group or in the trash`, {
  timeout: (SECONDS + 60) * 1000,
}, async () => {
  const ground = await makeGround();
  const until = performance.now() + SECONDS * 1000;
  const total: Record<string, number> = {};
  for (let seed = SEED; performance.now() < until; seed += 1) {
    const simulation = new TrashSimulation(seed, ground);
    await simulation.run().catch((error) => {
      throw new Error(`IBS_TEST_SEED=${seed}: ${error.message}`, { cause: error });
    });
    for (const [key, count] of Object.entries(simulation.done)) total[key] = (total[key] ?? 0) + count;
  }
  process.stdout.write(`trash simulation, from seed ${SEED}: ${JSON.stringify(total)}\n`);
  expect(Math.min(...Object.values(total)), JSON.stringify(total)).toBeGreaterThan(0);
});
