import { beforeAll, describe, expect, test } from 'vitest';
import type { NamespacePath, SnapshotRef } from '#domain/ids.ts';
import type { TrashItem } from '#domain/trash.ts';
import { digestOf } from '#engine/chunks/digest.ts';
import { killAt } from '#testing/simulation/kill-at.ts';
import { elsewhere, GROUP, NEW, NOBODY, OLD, Scene } from '#testing/simulation/scene.ts';
import { type Ground, makeGround } from '#testing/simulation/stored-ground.ts';
import { chunkKey } from '../chunks/chunk-key.ts';
import { finishMoves } from '../hierarchy/finish-moves.ts';
import { groupExists, readGroupFacts, writeFirstNotes } from '../hierarchy/groups.ts';
import { moveNamespace } from '../hierarchy/move-namespace.ts';
import { createNamespace, namespaceExists } from '../hierarchy/namespaces.ts';
import { removeSnapshot } from '../hierarchy/remove-snapshot.ts';
import { listSnapshots } from '../hierarchy/snapshots.ts';
import { trashedGroups } from '../trash/list-trash.ts';

/**
 * Moves that are killed at each of their calls to the storage, and moves in the midst of a collection: each snapshot is at
 * one place, in the list and in the trash, and no chunk is lost. `pairs.test.ts` has what else may run meanwhile.
 */

const NOTE = { by: 'bob@ibs', reason: 'forget' as const };
const NOTES = 'mail server';
const TOP = elsewhere(GROUP).namespace;
const FIRST = 'a' as NamespacePath;
const RENAMED = 'renamed' as NamespacePath;
const never = new AbortController().signal;
const hours = (ref: SnapshotRef, count: number) => ({ ...ref, time: ref.time + count * 3600 });

let ground: Ground;
beforeAll(async () => {
  ground = await makeGround();
}, 60_000);

/** With notes, and one more snapshot, which lies in the trash. */
async function start(prepare?: (scene: Scene) => Promise<void>): Promise<Scene> {
  const scene = new Scene(ground);
  await scene.start();
  await writeFirstNotes(scene.store, GROUP, NOTES);
  const gone = hours(NEW, 1);
  await scene.backUp(gone, scene.pieces(8));
  await removeSnapshot(scene.store, gone, NOTE);
  scene.held.delete(gone.time);
  await prepare?.(scene);
  return scene;
}

/** An older group at the place that it moves to. */
async function withTarget(scene: Scene): Promise<void> {
  await scene.backUp(elsewhere(hours(OLD, -5)), scene.pieces(10));
}

async function trashed({ store }: Scene): Promise<TrashItem[]> {
  const all: TrashItem[] = [];
  for await (const { items } of trashedGroups(store.backend)) all.push(...items);
  return all;
}

interface Kind {
  name: string;
  prepare?: (scene: Scene) => Promise<void>;
  move: (scene: Scene) => Promise<unknown>;
  /** What it is called when it has moved. */
  to: NamespacePath;
}

const rename = (scene: Scene, from: NamespacePath, to: NamespacePath) =>
  moveNamespace(scene.store, { from, to, by: 'bob@ibs' }, { check: async () => {}, ...NOBODY });
const renameTop = (scene: Scene) => rename(scene, TOP, RENAMED);

const KINDS: Kind[] = [
  { name: 'group', move: (scene) => scene.move(), to: TOP },
  { name: 'merge', prepare: withTarget, move: (scene) => scene.move(true), to: TOP },
];

describe.each(KINDS)('a $name that is killed', ({ prepare, move, to }) => {
  test('at any call is at one place once it is finished, and again goes through', async () => {
    const ends = { moved: 0, stayed: 0 };
    let [isKilled, number] = [true, 0];
    while (isKilled) {
      const scene = await start(prepare);
      number += 1;
      isKilled = await killAt(scene, number, move);
      await scene.open();
      await finishMoves(scene.store, () => NOBODY, never);
      const isMoved = !(await groupExists(scene.store.backend, GROUP));
      if (!isMoved) await move(scene);
      ends[isMoved ? 'moved' : 'stayed'] += 1;
      const { backend } = scene.store;
      expect(await groupExists(backend, GROUP)).toBe(false);
      expect(await listSnapshots(backend, { ...GROUP, namespace: to })).toHaveLength(scene.held.size);
      expect(await readGroupFacts(backend, { ...GROUP, namespace: to })).toEqual({
        owner: 'alice@ibs',
        notes: NOTES,
      });
      expect((await trashed(scene)).map(({ namespace }) => namespace)).toEqual([to]);
      await finishMoves(scene.store, () => NOBODY, never);
      await expectWhole(scene);
    }
    expect(Math.min(ends.moved, ends.stayed)).toBeGreaterThan(0);
  });
});

test('a namespace that is killed at any call is at one place once it is finished, and again goes through', async () => {
  const ends = { moved: 0, stayed: 0 };
  let [isKilled, number] = [true, 0];
  while (isKilled) {
    const scene = await start(async (one) => void (await one.move()));
    number += 1;
    isKilled = await killAt(scene, number, renameTop);
    await scene.open();
    await finishMoves(scene.store, () => NOBODY, never);
    const isMoved = !(await namespaceExists(scene.store.backend, TOP));
    if (!isMoved) await renameTop(scene);
    ends[isMoved ? 'moved' : 'stayed'] += 1;
    const group = { ...GROUP, namespace: RENAMED };
    expect(await namespaceExists(scene.store.backend, TOP)).toBe(false);
    expect(await listSnapshots(scene.store.backend, group)).toHaveLength(scene.held.size);
    expect((await trashed(scene)).map(({ namespace }) => namespace)).toEqual([RENAMED]);
    await rename(scene, RENAMED, TOP);
    await expectWhole(scene);
  }
  expect(Math.min(ends.moved, ends.stayed)).toBeGreaterThan(0);
});

/** With the chunk that only the trash needs. */
async function expectWhole(scene: Scene): Promise<void> {
  for (const item of await trashed(scene)) {
    const alone = digestOf(scene.pieces(8)[0] as Buffer);
    expect(scene.memory.objects.has(chunkKey(alone)), `${item.namespace}`).toBe(true);
  }
  const [item] = await trashed(scene);
  expect(item).toBeDefined();
  await scene.memory.removeTree('.trash');
  await scene.expectSound();
}

describe('while a collection marks', () => {
  /** At its n-th call, n = 1, 2, …, until it has fewer. */
  async function atEachCall(
    prepare: (scene: Scene) => Promise<void>,
    move: (scene: Scene) => Promise<unknown>,
    after: (scene: Scene) => Promise<unknown> = async () => {},
  ): Promise<void> {
    for (let number = 1; ; number += 1) {
      const scene = await start(prepare);
      scene.clock.advance(48 * 3_600_000);
      let [calls, isMet] = [0, false];
      scene.hook = async (call, key) => {
        if (isMet || key.startsWith('.chunks/')) return;
        calls += 1;
        if (call === 'put' || calls !== number) return;
        isMet = true;
        await move(scene);
      };
      await scene.collect();
      if (!isMet && calls < number) break;
      scene.hook = () => {};
      if (isMet) await after(scene);
      await expectWhole(scene);
    }
  }

  const back = (scene: Scene) => scene.moveBack();
  const there = async (scene: Scene) => void (await scene.move());

  test('a group moves from a namespace that it has not visited to one that it has', { timeout: 60_000 }, () =>
    atEachCall(there, back),
  );

  test('a group moves there and back', { timeout: 60_000 }, () =>
    atEachCall(there, async (scene) => {
      await back(scene);
      await scene.move();
    }),
  );

  test('a group is merged into one that it has visited', { timeout: 60_000 }, () =>
    atEachCall(
      async (scene) => {
        await there(scene);
        await scene.backUp(hours(OLD, -5), scene.pieces(10));
      },
      (scene) => scene.moveBack(true),
    ),
  );

  test('a namespace moves below one that it has visited', { timeout: 60_000 }, () =>
    atEachCall(
      async (scene) => {
        await there(scene);
        await createNamespace(scene.store, FIRST);
      },
      (scene) => rename(scene, TOP, `${FIRST}/b` as NamespacePath),
      (scene) => rename(scene, `${FIRST}/b` as NamespacePath, TOP),
    ),
  );
});
