import { setImmediate } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { isBackupError } from '#domain/errors.ts';
import type { SnapshotRef } from '#domain/ids.ts';
import { planPrune } from '#domain/retention.ts';
import { type BackendCall, hookedBackend } from '#testing/hooked-backend.ts';
import type { MemoryBackend } from '#testing/memory-backend.ts';
import { openTestStore, testClock } from '#testing/open-store.ts';
import {
  backUp,
  begin,
  fileName,
  manifestBlob,
  snapshotRef,
  uploadArchive,
} from '#testing/session-client.ts';
import { InlinePool } from '#testing/simulation/inline-pool.ts';
import { type Ground, makeGround } from '#testing/simulation/stored-ground.ts';
import { readFact, removeUnchanged } from '#worker/prune/remove-unchanged.ts';
import { digestOf } from '../chunks/digest.ts';
import type { Datastore } from '../datastore.ts';
import { collectGarbage } from '../gc/collect.ts';
import { removeSnapshot } from '../hierarchy/remove-snapshot.ts';
import { fileKey, isFinished, listSnapshots, noSnapshot } from '../hierarchy/snapshots.ts';
import { openIndex } from '../indexes/open-index.ts';
import { snapshotPlace } from '../locks/places.ts';
import { StoredArchive } from '../restore/stored-archive.ts';
import { findDue, verifySnapshots } from '../verify/verify-snapshots.ts';

/**
 * Every two operations on one group, the second one whole at each call that the first one makes to the storage: what each
 * of them answers, and that nothing is lost, whichever call it was. `docs/reliability.md` has the table and the races that
 * have a script of their own.
 */

const HOUR_MS = 3_600_000;
const NAME = fileName('root.pxar.didx');
const never = new AbortController().signal;
const at = (hours: number) => snapshotRef('a', snapshotRef('a').time + hours * 3600);
const [OLD, NEW] = [at(0), at(1)];

let ground: Ground;
beforeAll(async () => {
  ground = await makeGround();
});

/** A group of two snapshots, and chunks that nobody has needed for two days. */
class Scene {
  readonly clock = testClock();
  readonly memory: MemoryBackend = ground.backend(this.clock.now);
  /** What must be restorable of each snapshot, once its backup has said so and until somebody removes it. */
  readonly held = new Map<number, readonly Buffer[]>();
  hook: (call: BackendCall, key: string) => Promise<void> | void = () => {};
  #store: Datastore | null = null;

  async start(): Promise<void> {
    const backend = hookedBackend(this.memory, (call, key) => this.hook(call, key));
    this.#store = await openTestStore({
      ...{ backend, clock: this.clock, uuid: ground.uuid, pool: new InlinePool(1) },
    });
    await this.backUp(OLD, [0, 1, 2].map(pieceAt));
    await this.backUp(NEW, [3, 4].map(pieceAt));
    await backUp(this.store, snapshotRef('gone'), [5, 6, 7].map(pieceAt));
    await removeSnapshot(this.store, snapshotRef('gone'));
    this.clock.advance(48 * HOUR_MS);
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

  /** All that is held can be restored, the rest can be collected, and nobody holds anything. */
  async expectSound(): Promise<void> {
    const { store } = this;
    expect(store.locks.list()).toEqual([]);
    expect(store.processLock.oldestWriter()).toBeNull();
    const listed = (await listSnapshots(store.backend, OLD)).map(({ time }) => time);
    expect(listed.sort()).toEqual([...this.held.keys()].sort());
    expect([...this.memory.directories.keys()].filter((key) => key.includes('.deleting'))).toEqual([]);
    expect(this.memory.stagedCount()).toBe(0);
    for (const [time, pieces] of this.held) {
      expect(Buffer.concat(pieces).equals(await readAll(store, { ...OLD, time }))).toBe(true);
    }
    this.clock.advance(48 * HOUR_MS);
    await this.collect();
    const needed = new Set([...this.held.values()].flat().map(digestOf));
    const stored = [...this.memory.objects.keys()].filter((key) => /\/[0-9a-f]{64}$/.test(key));
    expect(stored).toHaveLength(needed.size);
  }
}

async function readAll(store: Datastore, ref: SnapshotRef): Promise<Uint8Array> {
  using _lock = store.locks.shared(snapshotPlace(ref), 'restore');
  if (!(await isFinished(store.backend, ref))) throw noSnapshot(ref);
  const reader = await store.backend.open(fileKey(ref, NAME));
  const archive = new StoredArchive(store, await openIndex(NAME, reader));
  return archive.readAt(0, archive.size);
}

type Operation = (scene: Scene, turn: 'first' | 'second') => Promise<unknown>;

const OPERATIONS: Record<string, Operation> = {
  /** Refers to what the previous snapshot has, sends what nobody needs any more, and something new. */
  backup: async (scene, turn) => {
    const fresh = turn === 'first' ? [5, 6, 20] : [6, 7, 21];
    await scene.backUp(at(turn === 'first' ? 50 : 51), fresh.map(pieceAt));
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
};

const pieceAt = (number: number) => ground.pieces[number] as Buffer;
const UPID = 'UPID:test:00000000:00000000:00000001:65432100:verify:main:admin@ibs:';

async function answerOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'done';
  } catch (error) {
    if (isBackupError(error)) return error.code;
    if (error instanceof Error && error.message === 'skipped') return 'skipped';
    throw error;
  }
}

/** Lets others work until they have nothing more to do, or wait for whoever calls this. */
async function letWork(work: Promise<unknown>): Promise<void> {
  let isDone = false;
  void work.then(() => {
    isDone = true;
  });
  for (let turn = 0; turn < TURNS_AT_MOST && !isDone; turn += 1) await setImmediate();
}

/** More than the longest operation has pauses of its own. */
const TURNS_AT_MOST = 200;

/** Runs `second` at the n-th call of `first`, n = 1, 2, … until there is none; what both answered. */
async function answersOf(first: Operation, second: Operation): Promise<string> {
  const answers = { first: new Set<string>(), second: new Set<string>() };
  for (let number = 1; ; number += 1) {
    const scene = new Scene();
    await scene.start();
    let calls = 0;
    let met: Promise<string> | null = null;
    scene.hook = async (call, key) => {
      if (met !== null || (call === 'list' && key.startsWith('.chunks/'))) return;
      calls += 1;
      if (calls !== number) return;
      met = answerOf(second(scene, 'second'));
      await letWork(met);
    };
    const answer = await answerOf(first(scene, 'first'));
    if (met === null) break;
    answers.first.add(answer);
    answers.second.add(await met);
    scene.hook = () => {};
    await scene.expectSound();
  }
  return `${words(answers.first)} / ${words(answers.second)}`;
}

const words = (answers: ReadonlySet<string>) => [...answers].sort().join(' | ');

/**
 * While the one of the row runs: what it answers, and what the other one does. A backup is told that its group is taken; who
 * removes is told that a snapshot is read or built on, and who reads that one is just being removed.
 */
const ANSWERS: Record<string, Record<string, string>> = {
  backup: {
    backup: 'done / GROUP_LOCKED',
    restore: 'done / done',
    verify: 'done / done',
    prune: 'done / done',
    forget: 'done / SNAPSHOT_LOCKED | done',
    gc: 'done / done',
  },
  restore: {
    backup: 'done / done',
    restore: 'done / done',
    verify: 'done / done',
    prune: 'done / SNAPSHOT_LOCKED | done',
    forget: 'done / done',
    gc: 'done / done',
  },
  verify: {
    backup: 'done / done',
    restore: 'done / done',
    verify: 'done / done',
    prune: 'done / SNAPSHOT_LOCKED | done',
    forget: 'done / SNAPSHOT_LOCKED | done',
    gc: 'done / done',
  },
  prune: {
    backup: 'done / done',
    restore: 'done / SNAPSHOT_LOCKED | SNAPSHOT_NOT_FOUND | done',
    verify: 'done / done | skipped',
    prune: 'done / SNAPSHOT_LOCKED | done',
    forget: 'done / done',
    gc: 'done / done',
  },
  forget: {
    backup: 'done / SNAPSHOT_LOCKED | done',
    restore: 'done / done',
    verify: 'done / done | skipped',
    prune: 'done / done',
    forget: 'done / SNAPSHOT_LOCKED | SNAPSHOT_NOT_FOUND',
    gc: 'done / done',
  },
  gc: {
    backup: 'done / done',
    restore: 'done / done',
    verify: 'done / done',
    prune: 'done / done',
    forget: 'done / done',
    gc: 'done / DATASTORE_IN_USE',
  },
};

describe.each(Object.keys(OPERATIONS))('while a %s runs', (first) => {
  test.each(Object.keys(OPERATIONS))('a %s', { timeout: 60_000 }, async (second) => {
    const answers = await answersOf(OPERATIONS[first] as Operation, OPERATIONS[second] as Operation);
    expect(answers).toBe(ANSWERS[first]?.[second]);
  });
});
