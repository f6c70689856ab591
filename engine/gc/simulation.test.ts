import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { isBackupError } from '#domain/errors.ts';
import { formatSnapshotPath, type SnapshotRef } from '#domain/ids.ts';
import { hookedBackend } from '#testing/hooked-backend.ts';
import { MemoryBackend } from '#testing/memory-backend.ts';
import { openTestStore, testClock } from '#testing/open-store.ts';
import { begin, fileName, manifestBlob, snapshotRef, uploadArchive } from '#testing/session-client.ts';
import { chunkKey } from '../chunks/chunk-key.ts';
import { digestOf } from '../chunks/digest.ts';
import type { Datastore } from '../datastore.ts';
import { listGroups } from '../hierarchy/groups.ts';
import { removeSnapshot } from '../hierarchy/remove-snapshot.ts';
import { isFinished, listSnapshots, manifestKey } from '../hierarchy/snapshots.ts';
import { collectGarbage } from './collect.ts';

/**
 * Backups, removals and collections in a seeded order of their calls, with a clock that leaps by days: whatever order it
 * is, no chunk of a finished snapshot is ever gone.
 */

const SECONDS = Number(process.env.IBS_SIMULATION_SECONDS ?? 10);
const SEED = Number(process.env.IBS_TEST_SEED ?? Date.now() % 1_000_000);
const GROUPS = ['a', 'b', 'c'];
/** Snapshots that are left; more are removed. */
const KEPT = 6;
const CLIENTS = [1, 2, 3, 4];
const DAY_MS = 86_400_000;

/** On whose behalf a call is made. */
const who = new AsyncLocalStorage<'client' | 'collector'>();

/** Numbers below 1, always the same for the same seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

class Simulation {
  readonly #chance: () => number;
  readonly #clock = testClock();
  readonly #memory = new MemoryBackend(this.#clock.now);
  /** What each backup held. */
  readonly #pieces = new Map<string, Buffer[]>();
  readonly done = { backups: 0, removed: 0, collections: 0, removedChunks: 0 };
  #store: Datastore | null = null;
  #nextTime = 1_700_000_000;
  #nextPiece = 0;

  constructor(seed: number) {
    this.#chance = random(seed);
  }

  async start(): Promise<void> {
    const backend = hookedBackend(this.#memory, (call, key) => this.#yield(call, key));
    this.#store = await openTestStore({ backend, clock: this.#clock });
  }

  get store(): Datastore {
    if (this.#store === null) throw new Error('not started');
    return this.#store;
  }

  /** Before a call, and between a look at a chunk and what follows. */
  #yield(call: string, key: string): Promise<undefined | (() => Promise<void>)> | undefined {
    const isChunk = key.startsWith('.chunks/');
    if (isChunk && call === 'list') return;
    return this.#maybeWait(isChunk && call === 'stat');
  }

  async #maybeWait(alsoAfter: boolean): Promise<undefined | (() => Promise<void>)> {
    if (this.#chance() < 0.5) await this.#wait();
    return alsoAfter && this.#chance() < 0.1 ? () => this.#wait() : undefined;
  }

  /** Lets others go first: a backup lasts about as long as a collection. Days may pass. */
  async #wait(): Promise<void> {
    const turns = Math.floor(this.#chance() ** 2 * (who.getStore() === 'client' ? 250 : 20));
    for (let turn = 0; turn < turns; turn += 1) await setImmediate();
    if (this.#chance() < 0.1) this.#clock.advance(this.#chance() * 2 * DAY_MS);
  }

  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.#chance() * list.length)] as T;
  }

  /** Backs up and removes until it is told to end. */
  async client(end: () => boolean): Promise<void> {
    while (!end()) {
      await this.#attempt(this.#backUp());
      expect(await this.#lost()).toEqual([]);
      while ((await this.#finished()).length > KEPT) await this.#attempt(this.#forget());
    }
  }

  async collector(end: () => boolean): Promise<void> {
    while (!end()) {
      await this.#attempt(this.#collect());
      expect(await this.#lost()).toEqual([]);
    }
  }

  /** What is refused because somebody else is at work is refused. */
  async #attempt(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (!isBackupError(error, ...REFUSALS)) throw error;
    }
    await setImmediate();
  }

  /** Now and then one that was sent before, and whose chunk may be just about to go. */
  #piece(): Buffer {
    if (this.#chance() < 0.6) this.#nextPiece += 1;
    const number = this.#chance() < 0.6 ? this.#nextPiece : Math.floor(this.#nextPiece - this.#chance() * 60);
    return Buffer.from(`piece ${number} ${'x'.repeat(100)}`);
  }

  async #backUp(): Promise<void> {
    const snapshot = snapshotRef(this.pick(GROUPS), this.#nextTime);
    this.#nextTime += 1;
    const session = await begin(this.store, snapshot);
    try {
      const base = session.previous && this.#pieces.get(formatSnapshotPath(session.previous));
      if (base) await (await session.openPrevious(NAME)).close();
      const kept = (base ?? []).filter(() => this.#chance() < 0.7);
      const pieces = distinct([
        ...kept,
        ...Array.from({ length: 1 + Math.floor(this.#chance() * 4) }, () => this.#piece()),
      ]);
      const archive = await uploadArchive(session, NAME, pieces, new Set(kept.map(digestOf)));
      await session.addBlob(fileName('index.json.blob'), manifestBlob(snapshot, [archive]));
      if (this.#chance() < 0.15) return; // the client goes away
      await session.finish();
      this.#pieces.set(formatSnapshotPath(snapshot), pieces);
      this.done.backups += 1;
    } finally {
      await session.abort();
    }
  }

  async #forget(): Promise<void> {
    const all = await this.#finished();
    await removeSnapshot(this.store, this.pick(all));
    this.done.removed += 1;
  }

  async #collect(): Promise<void> {
    const { counts } = await collectGarbage(this.store, {
      ...{
        dryRun: false,
        graceSeconds: 0,
        expectedSnapshots: null,
        storedBytes: null,
        tryAccessTime: async () => null,
      },
      ...{ signal: new AbortController().signal, report: () => {}, warn: () => {} },
      missing: async ({ digest, indexKey }) => {
        throw new Error(`chunk ${digest} of ${indexKey} is missing`);
      },
    });
    this.done.collections += 1;
    this.done.removedChunks += counts.removed.files;
  }

  async #finished(): Promise<SnapshotRef[]> {
    const found: SnapshotRef[] = [];
    for (const group of await listGroups(this.#memory, snapshotRef('a').namespace)) {
      for (const snapshot of await listSnapshots(this.#memory, group)) {
        if (await isFinished(this.#memory, snapshot)) found.push(snapshot);
      }
    }
    return found;
  }

  /** Chunks of finished snapshots that are gone. */
  async #lost(): Promise<string[]> {
    const lost: string[] = [];
    for (const snapshot of await this.#finished()) {
      const name = formatSnapshotPath(snapshot);
      for (const digest of (this.#pieces.get(name) ?? []).map(digestOf)) {
        const isGone = !this.#memory.objects.has(chunkKey(digest));
        // Its snapshot may have been removed while the others were looked at.
        if (isGone && this.#memory.objects.has(manifestKey(snapshot))) lost.push(`${name}: ${digest}`);
      }
    }
    return lost;
  }
}

const NAME = fileName('root.pxar.didx');
const REFUSALS = [
  ...(['GROUP_LOCKED', 'SNAPSHOT_LOCKED', 'SNAPSHOT_NOT_FOUND', 'SNAPSHOT_TIME_TOO_OLD'] as const),
  ...(['DATASTORE_IN_USE', 'GROUP_NOT_FOUND', 'PROTOCOL_VIOLATION'] as const),
];

function distinct(pieces: Buffer[]): Buffer[] {
  return [...new Map(pieces.map((piece) => [piece.toString('hex'), piece])).values()];
}

test(`seed ${SEED}: nothing that a finished snapshot needs is ever removed`, {
  timeout: (SECONDS + 60) * 1000,
}, async () => {
  const simulation = new Simulation(SEED);
  await simulation.start();
  const until = performance.now() + SECONDS * 1000;
  const end = () => performance.now() > until;
  await Promise.all([
    who.run('collector', () => simulation.collector(end)),
    ...CLIENTS.map(() => who.run('client', () => simulation.client(end))),
  ]);
  const { done } = simulation;
  expect(Math.min(done.backups, done.removed, done.collections, done.removedChunks)).toBeGreaterThan(1);
  process.stdout.write(`simulation, seed ${SEED}: ${JSON.stringify(done)}\n`);
});
