import { expect } from 'vitest';
import { isBackupError } from '#domain/errors.ts';
import type { GroupRef, NamespacePath, SnapshotRef } from '#domain/ids.ts';
import { planPrune } from '#domain/retention.ts';
import { digestOf } from '#engine/chunks/digest.ts';
import type { Datastore } from '#engine/datastore.ts';
import { collectGarbage } from '#engine/gc/collect.ts';
import { moveGroup } from '#engine/hierarchy/move-group.ts';
import { notedMoves } from '#engine/hierarchy/move-journal.ts';
import { createNamespace } from '#engine/hierarchy/namespaces.ts';
import { removeSnapshot } from '#engine/hierarchy/remove-snapshot.ts';
import { fileKey, isFinished, listSnapshots, noSnapshot } from '#engine/hierarchy/snapshots.ts';
import { openIndex } from '#engine/indexes/open-index.ts';
import { snapshotPlace } from '#engine/locks/places.ts';
import { StoredArchive } from '#engine/restore/stored-archive.ts';
import { findDue, verifySnapshots } from '#engine/verify/verify-snapshots.ts';
import { readFact, removeUnchanged } from '#worker/prune/remove-unchanged.ts';
import { type BackendCall, hookedBackend } from '../hooked-backend.ts';
import type { MemoryBackend } from '../memory-backend.ts';
import { openTestStore, testClock } from '../open-store.ts';
import { backUp, begin, fileName, manifestBlob, snapshotRef, uploadArchive } from '../session-client.ts';
import { InlinePool } from './inline-pool.ts';
import type { Ground } from './stored-ground.ts';

/** What the operations on a group are tried on, one in the midst of the other, or killed. */

const HOUR_MS = 3_600_000;
const NAME = fileName('root.pxar.didx');
const never = new AbortController().signal;
const at = (hours: number) => snapshotRef('a', snapshotRef('a').time + hours * 3600);
export const [OLD, NEW] = [at(0), at(1)];
const ELSEWHERE = 'elsewhere' as NamespacePath;
/** Where the group, or one of its snapshots, is after a move. */
export const elsewhere = <Ref extends GroupRef>(ref: Ref): Ref => ({ ...ref, namespace: ELSEWHERE });

/** A group of two snapshots, and chunks that nobody has needed for two days. */
export class Scene {
  readonly clock = testClock();
  readonly memory: MemoryBackend;
  /** What must be restorable of each snapshot, once its backup has said so and until somebody removes it. */
  readonly held = new Map<number, readonly Buffer[]>();
  hook: (call: BackendCall, key: string) => Promise<void> | void = () => {};
  readonly #ground: Ground;
  #store: Datastore | null = null;
  /** What a process that was killed has left. */
  #stagedBefore = 0;

  constructor(ground: Ground) {
    this.#ground = ground;
    this.memory = ground.backend(this.clock.now);
  }

  /** The same for each scene on a ground, so it is made once and copied. */
  async start(): Promise<void> {
    const made = this.#ground.made.get('scene') ?? (await this.#make());
    this.memory.copyFrom(made.memory);
    for (const [time, pieces] of made.held) this.held.set(time, pieces);
    this.clock.advance(48 * HOUR_MS);
    await this.open();
  }

  async #make() {
    const scene = new Scene(this.#ground);
    await scene.open();
    await createNamespace(scene.store, ELSEWHERE);
    await scene.backUp(OLD, this.pieces(0, 1, 2));
    await scene.backUp(NEW, this.pieces(3, 4));
    await backUp(scene.store, snapshotRef('gone'), this.pieces(5, 6, 7));
    await removeSnapshot(scene.store, snapshotRef('gone'));
    const { memory, held } = scene;
    this.#ground.made.set('scene', { memory, held });
    return { memory, held };
  }

  /** Also as a process that was started anew does it. */
  async open(): Promise<void> {
    this.#stagedBefore = this.memory.stagedCount();
    const backend = hookedBackend(this.memory, (call, key) => this.hook(call, key));
    this.#store = await openTestStore({
      ...{ backend, clock: this.clock, uuid: this.#ground.uuid, pool: new InlinePool(1) },
    });
  }

  pieces(...numbers: number[]): Buffer[] {
    return numbers.map((number) => this.#ground.pieces[number] as Buffer);
  }

  get store(): Datastore {
    if (this.#store === null) throw new Error('not started');
    return this.#store;
  }

  /** All that the previous snapshot holds, without sending it, and `fresh`. */
  async backUp(ref: SnapshotRef, fresh: readonly Buffer[]): Promise<void> {
    const session = await begin(this.store, ref);
    try {
      const base = session.previous ? (this.held.get(session.previous.time) ?? []) : [];
      if (session.previous) await (await session.openPrevious(NAME)).close();
      const pieces = [...base, ...fresh];
      const archive = await uploadArchive(session, NAME, pieces, new Set(base.map(digestOf)));
      await session.addBlob(fileName('index.json.blob'), manifestBlob(ref, [archive]));
      await session.finish();
      this.held.set(ref.time, pieces);
    } finally {
      await session.abort();
    }
  }

  async remove(ref: SnapshotRef, work: () => Promise<unknown>): Promise<void> {
    await work();
    this.held.delete(ref.time);
  }

  collect() {
    return collectGarbage(this.store, {
      ...{ dryRun: false, graceSeconds: 3600, expectedSnapshots: null, storedBytes: null },
      ...{ tryAccessTime: async () => null, signal: never, report: () => {}, warn: () => {} },
      missing: async ({ digest }) => {
        throw new Error(`chunk ${digest} is missing`);
      },
    });
  }

  /** The snapshots of the group, at either place. */
  async list(): Promise<SnapshotRef[]> {
    const { backend } = this.store;
    return [...(await listSnapshots(backend, OLD)), ...(await listSnapshots(backend, elsewhere(OLD)))];
  }

  move(merge = false) {
    return this.#moveGroup(GROUP, elsewhere(GROUP), merge);
  }

  moveBack(merge = false) {
    return this.#moveGroup(elsewhere(GROUP), GROUP, merge);
  }

  #moveGroup(from: GroupRef, to: GroupRef, merge: boolean) {
    return moveGroup(this.store, { from, to, merge, by: 'bob@ibs' }, { check: async () => {}, ...NOBODY });
  }

  /** All that is held can be restored, the rest can be collected, and nobody holds anything. */
  async expectSound(): Promise<void> {
    const { store } = this;
    expect(store.locks.list()).toEqual([]);
    expect(store.processLock.oldestWriter()).toBeNull();
    const listed = await this.list();
    expect(listed.map(({ time }) => time).sort()).toEqual([...this.held.keys()].sort());
    expect(await notedMoves(store.backend)).toEqual([]);
    expect([...this.memory.directories.keys()].filter((key) => key.includes('.deleting'))).toEqual([]);
    expect(this.memory.stagedCount()).toBe(this.#stagedBefore);
    for (const ref of listed) {
      const pieces = this.held.get(ref.time) ?? [];
      expect(Buffer.concat(pieces).equals(await readAll(store, ref))).toBe(true);
    }
    this.clock.advance(48 * HOUR_MS);
    await this.collect();
    const needed = new Set([...this.held.values()].flat().map(digestOf));
    const stored = [...this.memory.objects.keys()].filter((key) => /\/[0-9a-f]{64}$/.test(key));
    expect(stored).toHaveLength(needed.size);
  }
}

const { time: _, ...group } = OLD;
export const GROUP: GroupRef = group;
/** No lists that would follow a move. */
export const NOBODY = { moved: async () => {}, trashed: async () => {} };

async function readAll(store: Datastore, ref: SnapshotRef): Promise<Uint8Array> {
  using _lock = store.locks.shared(snapshotPlace(ref), 'restore');
  if (!(await isFinished(store.backend, ref))) throw noSnapshot(ref);
  const reader = await store.backend.open(fileKey(ref, NAME));
  const archive = new StoredArchive(store, await openIndex(NAME, reader));
  return await archive.readAt(0, archive.size); // until then nobody may remove it
}

export type Operation = (scene: Scene, turn: 'first' | 'second') => Promise<unknown>;

export const OPERATIONS: Record<string, Operation> = {
  /** Refers to what the previous snapshot has, sends what nobody needs any more, and something new. */
  backup: async (scene, turn) => {
    const fresh = turn === 'first' ? [5, 6, 20] : [6, 7, 21];
    await scene.backUp(at(turn === 'first' ? 50 : 51), scene.pieces(...fresh));
  },
  restore: (scene) => readAll(scene.store, OLD),
  verify: async ({ store }) => {
    const due = await findDue(store, [OLD], () => true, never);
    const report = await verifySnapshots(
      store,
      due.map(({ snapshot }) => snapshot),
      {
        ...{ upid: UPID, budgetBytes: null, signal: never, report: () => {}, skipped: () => {} },
        ...{ damaged: async () => {}, verified: async () => {} },
      },
    );
    if (report.failed.length > 0) throw new Error('a sound snapshot failed');
    if (report.skipped > 0) throw new Error('skipped');
  },
  /** All but the newest one that is finished. */
  prune: async (scene) => {
    const { store } = scene;
    const facts = [];
    for (const ref of await listSnapshots(store.backend, OLD)) facts.push(await readFact(store, ref));
    for (const { snapshot, mark } of planPrune(facts, { last: 1 }, 'UTC').reverse()) {
      if (mark !== 'remove') continue;
      await scene
        .remove(snapshot.ref, () => removeUnchanged(store, snapshot))
        .catch((error) => {
          if (!isBackupError(error, 'SNAPSHOT_NOT_FOUND')) throw error; // somebody else has removed it
        });
    }
  },
  /** The one that a backup builds on. */
  forget: (scene) => scene.remove(NEW, () => removeSnapshot(scene.store, NEW)),
  gc: (scene) => scene.collect(),
  move: (scene) => scene.move(),
};

const UPID = 'UPID:test:00000000:00000000:00000001:65432100:verify:main:admin@ibs:';
