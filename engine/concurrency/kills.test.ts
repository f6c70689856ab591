import { beforeAll, describe, expect, test } from 'vitest';
import { type Digest, digestOf } from '#engine/chunks/digest.ts';
import { killAt } from '#testing/simulation/kill-at.ts';
import { NEW, OLD, OPERATIONS, type Operation, Scene } from '#testing/simulation/scene.ts';
import { type Ground, makeGround } from '#testing/simulation/stored-ground.ts';
import { chunkKey } from '../chunks/chunk-key.ts';
import { GC_STATUS_NAME } from '../gc/gc-status.ts';
import { isDeletingName, snapshotKey } from '../hierarchy/layout.ts';
import { removeLeftovers } from '../hierarchy/remove-snapshot.ts';
import { listSnapshots, readSnapshotInfo } from '../hierarchy/snapshots.ts';
import { setAside } from '../verify/bad-chunk.ts';
import { verifySnapshots } from '../verify/verify-snapshots.ts';

/**
 * The process is killed at each call that an operation makes to the storage: the call and all that would follow do not
 * happen. The next process finishes what was begun, nothing that is needed is gone, and what is not needed goes with the
 * next collection. With real processes: `testing/faults/maintenance-killed.faults.test.ts`.
 */

let ground: Ground;
beforeAll(async () => {
  ground = await makeGround();
}, 60_000);

/** The next process, and what it does of its own: removals that were begun are finished. */
async function startAnew(scene: Scene): Promise<void> {
  await scene.open();
  await removeLeftovers(scene.store, OLD);
  const names = [...scene.memory.directories.keys()].map((key) => key.slice(key.lastIndexOf('/') + 1));
  expect(names.filter(isDeletingName)).toEqual([]);
}

/** Snapshots of the group by what they are. */
async function found(scene: Scene) {
  const all = await listSnapshots(scene.store.backend, OLD);
  const infos = await Promise.all(all.map((ref) => readSnapshotInfo(scene.store.backend, ref)));
  expect(infos.map((info) => info?.damage ?? null)).toEqual(infos.map(() => null));
  return new Set(infos.flatMap((info) => (info?.finished ? [info.snapshot.time] : [])));
}

async function forEachCall(operation: Operation, then: (scene: Scene, isKilled: boolean) => Promise<void>) {
  let kills = 0;
  for (let isKilled = true; isKilled; kills += isKilled ? 1 : 0) {
    const scene = new Scene(ground);
    await scene.start();
    isKilled = await killAt(scene, kills + 1, operation);
    await startAnew(scene);
    await then(scene, isKilled);
  }
  return kills;
}

const operationOf = (name: string) => OPERATIONS[name] as Operation;

test('a collection: nothing that is needed goes, and only one that came to its end says so', async () => {
  const kills = await forEachCall(operationOf('gc'), async (scene, isKilled) => {
    expect(scene.memory.objects.has(GC_STATUS_NAME)).toBe(!isKilled);
    await scene.expectSound();
    expect(scene.memory.objects.has(GC_STATUS_NAME)).toBe(true);
  });
  expect(kills).toBeGreaterThan(20);
});

describe.each([
  { name: 'prune', goes: OLD },
  { name: 'forget', goes: NEW },
])('a $name', ({ name, goes }) => {
  test('each snapshot is there whole or not listed, and doing it again comes to the same end', async () => {
    const ends = new Set<boolean>();
    await forEachCall(operationOf(name), async (scene) => {
      const times = await found(scene);
      ends.add(times.has(goes.time));
      if (!times.has(goes.time)) scene.held.delete(goes.time);
      else await operationOf(name)(scene, 'second');
      expect(await found(scene)).toEqual(new Set([name === 'prune' ? NEW.time : OLD.time]));
      await scene.expectSound();
    });
    expect(ends).toEqual(new Set([true, false]));
  });
});

test('a backup: it is there whole or unfinished, and the next one goes through', async () => {
  const ends = new Set<boolean>();
  await forEachCall(operationOf('backup'), async (scene, isKilled) => {
    const times = await found(scene);
    const isThere = times.size === 3;
    ends.add(isThere);
    if (!isKilled) expect(isThere).toBe(true);
    expect([OLD.time, NEW.time].every((time) => times.has(time))).toBe(true);
    const pieces = [...(scene.held.get(NEW.time) ?? []), ...scene.pieces(5, 6, 20)];
    const [newest] = await listSnapshots(scene.store.backend, OLD);
    if (isThere && newest) scene.held.set(newest.time, pieces);
    else if (newest && newest.time > NEW.time) await scene.memory.removeTree(snapshotKey(newest)); // unfinished
    await operationOf('backup')(scene, 'second');
    await scene.expectSound();
  });
  expect(ends).toEqual(new Set([true, false]));
});

test('a verification that finds damage: states are old or new, what was set aside stays, and again it says the same', async () => {
  const broken = digestOf(ground.pieces[0] as Buffer);
  const verify: Operation = async ({ store }) => {
    await verifySnapshots(store, [NEW, OLD], {
      ...{ upid: UPID, budgetBytes: null, signal: new AbortController().signal, report: () => {} },
      ...{ skipped: () => {}, verified: async () => {} },
      damaged: async ({ digest }) => void (await setAside(store, digest)),
    });
  };
  const outcomes = new Set<string>();
  await forEachCall(
    async (scene, turn) => {
      breakChunk(scene, broken);
      await verify(scene, turn);
    },
    async (scene) => {
      const states = await statesOf(scene);
      outcomes.add(states.join());
      const [isThere, isAside] = [chunkKey(broken), `${chunkKey(broken)}.0.bad`].map((key) =>
        scene.memory.objects.has(key),
      );
      expect(isThere).toBe(!isAside);
      await verify(scene, 'second');
      expect(await statesOf(scene)).toEqual(['failed', 'failed']);
      expect(scene.memory.objects.has(`${chunkKey(broken)}.0.bad`)).toBe(true);
    },
  );
  // NEW was built on OLD, and is verified first.
  expect(outcomes).toEqual(new Set([',', 'failed,', 'failed,failed']));
});

const UPID = 'UPID:test:00000000:00000000:00000001:65432100:verify:main:admin@ibs:';

function breakChunk(scene: Scene, digest: Digest): void {
  const object = scene.memory.objects.get(chunkKey(digest));
  if (object) object.bytes = Buffer.from(object.bytes).fill(0, 20);
}

async function statesOf({ store }: Scene): Promise<(string | null)[]> {
  const infos = [NEW, OLD].map((ref) => readSnapshotInfo(store.backend, ref));
  return (await Promise.all(infos)).map((info) => info?.verifyState?.state ?? null);
}
