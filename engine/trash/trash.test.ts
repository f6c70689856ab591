import { beforeEach, describe, expect, test } from 'vitest';
import { BackupError } from '#domain/errors.ts';
import type { SnapshotRef } from '#domain/ids.ts';
import type { PrincipalId } from '#domain/principal.ts';
import type { TrashItem } from '#domain/trash.ts';
import { type BackendCall, type Hook, hookedBackend } from '#testing/hooked-backend.ts';
import { MemoryBackend } from '#testing/memory-backend.ts';
import { openTestStore, testClock } from '#testing/open-store.ts';
import { ALICE, backUp, begin, randomPieces, snapshotRef } from '#testing/session-client.ts';
import { auditDatastore } from '../audit/audit-datastore.ts';
import type { Datastore } from '../datastore.ts';
import { setProtected } from '../hierarchy/change-snapshot.ts';
import { NOTES_MAX_BYTES, readGroupNotes, readOwner } from '../hierarchy/groups.ts';
import { createNamespace } from '../hierarchy/namespaces.ts';
import { removeGroup, removeSnapshot } from '../hierarchy/remove-snapshot.ts';
import { listSnapshots, readSnapshotInfo } from '../hierarchy/snapshots.ts';
import { groupPlace, snapshotPlace } from '../locks/places.ts';
import { ensureReserve, RESERVE_NAME } from '../reserve.ts';
import { trashedGroups } from './list-trash.ts';
import { removeTrashed, tidyTrash } from './remove-trashed.ts';
import { restoreTrashed } from './restore-trashed.ts';
import { readTrashed } from './trash-note.ts';

const BY = { by: 'bob@ibs', reason: 'forget' as const };
const BOB = 'bob@ibs' as PrincipalId;
const signal = new AbortController().signal;

let clock: ReturnType<typeof testClock>;
let memory: MemoryBackend;
let store: Datastore;
let hook: Hook;

beforeEach(async () => {
  clock = testClock();
  memory = new MemoryBackend(clock.now);
  hook = () => {};
  store = await openTestStore({ backend: hookedBackend(memory, (call, key) => hook(call, key)), clock });
});

const ref = snapshotRef('a');
const later = (seconds: number): SnapshotRef => ({ ...ref, time: ref.time + seconds });

async function trashed(): Promise<TrashItem[]> {
  const all: TrashItem[] = [];
  for await (const { items } of trashedGroups(store.backend)) all.push(...items);
  return all;
}

/** What lies below the root of the trash. */
const inTrash = () =>
  [...memory.objects.keys(), ...memory.directories.keys()].filter((key) => key.startsWith('.trash/'));

async function forget(snapshot = ref): Promise<TrashItem> {
  const item = await removeSnapshot(store, snapshot, BY);
  if (item === null) throw new Error('it went for good');
  return item;
}

async function expectSound(): Promise<void> {
  const report = await auditDatastore(store, { deep: true, signal, report: () => {} });
  expect(report.findings).toEqual([]);
  expect(store.locks.list()).toEqual([]);
}

describe('into the trash and back', () => {
  test('a finished snapshot lies there with who removed it, and comes back as it was', async () => {
    await backUp(store, ref, randomPieces(2));
    const before = await readSnapshotInfo(store.backend, ref);
    const item = await forget();
    expect(item).toEqual({ ...ref, trashedTime: clock.now() / 1000 });
    expect(await listSnapshots(store.backend, ref)).toEqual([]);
    expect(await trashed()).toEqual([item]);
    expect(await readTrashed(store.backend, item)).toEqual({
      ...{ item, ...BY, owner: ALICE, sizeBytes: before?.sizeBytes },
    });
    await expectSound();

    await restoreTrashed(store, item, BOB);
    expect(await readSnapshotInfo(store.backend, ref)).toEqual(before);
    expect(await readOwner(store.backend, ref)).toBe(ALICE); // the group had gone with its last snapshot
    expect(inTrash()).toEqual([]);
    await expectSound();
  });

  test('a group that went with its last snapshot has its notes again, and one that is there keeps its own', async () => {
    const notes = 'mail server, "old"\n\u0001 Grüße';
    await backUp(store, ref, randomPieces(1));
    await memory.put('host/a/notes', Buffer.from(notes));
    await restoreTrashed(store, await forget(), BOB);
    expect(await readGroupNotes(store.backend, ref)).toBe(notes);
    await memory.put('host/a/notes', Buffer.from('x'.repeat(NOTES_MAX_BYTES)));
    const item = await forget();
    await backUp(store, later(60), randomPieces(1));
    await restoreTrashed(store, item, BOB);
    expect(await readGroupNotes(store.backend, ref)).toBe('');
    await memory.put('host/a/notes', Buffer.from('\u0001'.repeat(NOTES_MAX_BYTES)));
    await forget(later(60));
    const last = await forget();
    await restoreTrashed(store, last, BOB);
    expect(await readOwner(store.backend, ref)).toBe(ALICE);
    expect((await readGroupNotes(store.backend, ref)).length).toBe(NOTES_MAX_BYTES);
    await expectSound();
  });

  test('the same one may lie there several times, also put there within one second', async () => {
    await backUp(store, ref, randomPieces(1));
    const first = await forget();
    await backUp(store, ref, randomPieces(2));
    const second = await forget();
    expect(second.trashedTime).toBe(first.trashedTime + 1);
    expect(await trashed()).toEqual([second, first]);
    await restoreTrashed(store, first, BOB);
    await expect(restoreTrashed(store, second, BOB)).rejects.toMatchObject({ code: 'SNAPSHOT_EXISTS' });
    expect(await trashed()).toEqual([second]);
    await expectSound();
  });

  test('of a namespace that is gone by now', async () => {
    const inside = snapshotRef('a', ref.time, 'x/y');
    await createNamespace(store, 'x' as never);
    await createNamespace(store, 'x/y' as never);
    await backUp(store, inside, randomPieces(1));
    const item = await forget(inside);
    await memory.removeTree('ns');
    await restoreTrashed(store, item, BOB);
    expect(await listSnapshots(store.backend, inside)).toEqual([inside]);
    expect(await readOwner(store.backend, inside)).toBe(ALICE);
    expect(inTrash()).toEqual([]);
  });

  test('a group goes there whole, without what is protected', async () => {
    for (const seconds of [0, 1, 2]) await backUp(store, later(seconds), randomPieces(1));
    await setProtected(store, later(1), true);
    const { removed, trashed: moved, kept } = await removeGroup(store, ref, BY);
    expect({ removed, kept }).toEqual({ removed: [later(0), later(2)], kept: [later(1)] });
    expect((await trashed()).map(({ time }) => time)).toEqual([later(2).time, later(0).time]);
    expect(moved).toHaveLength(2);
  });

  test('what is unfinished goes for good, and so does everything without a note', async () => {
    const session = await begin(store, ref);
    await memory.put('host/a/keep', Buffer.alloc(0)); // the session leaves what it did not make
    await session.abort();
    await memory.makeDirectory('host/a/2023-11-14T22:13:20Z');
    expect(await removeSnapshot(store, ref, BY)).toBe(null);
    await backUp(store, later(1), randomPieces(1));
    expect(await removeSnapshot(store, later(1))).toBe(null);
    expect(await trashed()).toEqual([]);
  });
});

describe('is refused', () => {
  test('a restore into a group that belongs to somebody else by now, and changes nothing', async () => {
    await backUp(store, ref, randomPieces(1));
    const item = await forget();
    const session = await begin(store, later(1), BOB);
    await memory.put('host/a/2023-11-14T22:13:21Z/index.json.blob', Buffer.alloc(0)); // finished, as far as that goes
    await expect(restoreTrashed(store, item, BOB)).rejects.toMatchObject({ code: 'GROUP_LOCKED' });
    await session.abort();
    await memory.makeDirectory('host/a').catch(() => {});
    await memory.put('host/a/owner', Buffer.from('bob@ibs\n'));
    await expect(restoreTrashed(store, item, BOB)).rejects.toMatchObject({ code: 'OWNER_MISMATCH' });
    expect(await trashed()).toEqual([item]);
    expect(store.locks.list()).toEqual([]);
  });

  test('a restore of what is gone, which makes no group', async () => {
    await backUp(store, ref, randomPieces(1));
    const item = await forget();
    await removeTrashed(store, item, 'test');
    await expect(restoreTrashed(store, item, BOB)).rejects.toMatchObject({ code: 'SNAPSHOT_NOT_FOUND' });
    await expect(removeTrashed(store, item, 'test')).rejects.toMatchObject({ code: 'SNAPSHOT_NOT_FOUND' });
    expect(memory.directories.has('host/a')).toBe(false);
    expect(inTrash()).toEqual([]);
  });

  test('whatever is in use', async () => {
    await backUp(store, ref, randomPieces(1));
    const item = await forget();
    {
      using _group = store.locks.exclusive(groupPlace(ref), 'somebody');
      await expect(restoreTrashed(store, item, BOB)).rejects.toMatchObject({ code: 'GROUP_LOCKED' });
    }
    using _snapshot = store.locks.exclusive(snapshotPlace(ref), 'somebody');
    await expect(restoreTrashed(store, item, BOB)).rejects.toMatchObject({ code: 'SNAPSHOT_LOCKED' });
    await expect(removeTrashed(store, item, 'test')).rejects.toMatchObject({ code: 'SNAPSHOT_LOCKED' });
    expect(memory.directories.has('host/a')).toBe(false); // the group that was made for it went again
    expect(await trashed()).toEqual([item]);
  });
});

test('whoever has lost the datastore on the way moves nothing, in neither direction: the next owner may be collecting', async () => {
  let isOurs = true;
  const assertOwned = () => {
    if (!isOurs) throw new BackupError('DATASTORE_NOT_OWNED', 'Another worker owns it.');
  };
  const own = new MemoryBackend(clock.now);
  const backend = hookedBackend(own, (call, key) => hook(call, key));
  const lost = await openTestStore({ backend, clock, assertOwned });
  await backUp(lost, ref, randomPieces(2));
  const losesAt = (wanted: BackendCall, part: string) => {
    hook = (call, key) => {
      if (call === wanted && key.includes(part)) isOurs = false;
    };
  };
  losesAt('put', 'trash.json');
  await expect(removeSnapshot(lost, ref, BY)).rejects.toMatchObject({ code: 'DATASTORE_NOT_OWNED' });
  expect(await listSnapshots(own, ref)).toEqual([ref]);
  isOurs = true;
  hook = () => {};
  const item = await removeSnapshot(lost, ref, BY);
  if (item === null) throw new Error('it went for good');
  losesAt('put', 'owner'); // of the group, which is made anew
  await expect(restoreTrashed(lost, item, BOB)).rejects.toMatchObject({ code: 'DATASTORE_NOT_OWNED' });
  expect(await listSnapshots(own, ref)).toEqual([]);
  expect(await readTrashed(own, item)).toMatchObject({ owner: ALICE });
});

describe('a crash', () => {
  /** After each call that changes something the process ends: what follows does not happen. */
  async function crashAt(number: number, work: () => Promise<unknown>): Promise<boolean> {
    let calls = 0;
    let isDown = false;
    hook = (call) => {
      if (isDown) throw new Error('crash');
      if (!['put', 'rename', 'remove', 'removeTree', 'makeDirectory', 'removeDirectory'].includes(call))
        return;
      calls += 1;
      if (calls <= number) return;
      isDown = true;
      throw new Error('crash');
    };
    const hasEnded = await work().then(
      () => true,
      () => false,
    );
    hook = () => {};
    return hasEnded;
  }

  test.each(['into the trash', 'out of it', 'of a removal'])(
    'at any step %s leaves the snapshot whole at one place',
    async (what) => {
      for (let step = 0; ; step += 1) {
        memory = new MemoryBackend(clock.now);
        hook = () => {};
        store = await openTestStore({
          ...{ backend: hookedBackend(memory, (call, key) => hook(call, key)), clock },
        });
        await backUp(store, ref, randomPieces(2));
        const item = what === 'into the trash' ? { ...ref, trashedTime: clock.now() / 1000 } : await forget();
        const hasEnded = await crashAt(step, () => {
          if (what === 'into the trash') return removeSnapshot(store, ref, BY);
          return what === 'out of it'
            ? restoreTrashed(store, item, BOB)
            : removeTrashed(store, item, 'removal');
        });
        const info = await readTrashed(store.backend, item);
        const isThere = (await listSnapshots(store.backend, ref)).length === 1;
        if (what === 'of a removal') expect(isThere).toBe(false);
        else expect([isThere, info !== null].filter(Boolean)).toEqual([true]);
        if (info) expect(info).toMatchObject({ owner: ALICE, by: 'bob@ibs' });
        await tidyTrash(store, signal);
        // A directory of a group in which nothing lies is nothing.
        if (info === null) expect(inTrash().filter((key) => key.includes('@'))).toEqual([]);
        if (hasEnded) break;
        expect(step).toBeLessThan(50);
      }
    },
  );

  test('a note that a power cut has emptied hides no snapshot', async () => {
    await backUp(store, ref, randomPieces(1));
    const item = await forget();
    const [note = ''] = [...memory.objects.keys()].filter((key) => key.endsWith('trash.json'));
    await memory.put(note, Buffer.alloc(0));
    expect(await readTrashed(store.backend, item)).toMatchObject({ item, by: 'unknown', owner: null });
    await restoreTrashed(store, item, BOB);
    expect(await readOwner(store.backend, ref)).toBe(BOB);
  });
});

test('on a full disk the snapshot stays where it is, and nothing is left of the attempt', async () => {
  await backUp(store, ref, randomPieces(1));
  hook = (call, key) => {
    if (call === 'put' && key.startsWith('.trash/')) throw new BackupError('STORAGE_FULL', 'full');
  };
  await expect(removeSnapshot(store, ref, BY)).rejects.toMatchObject({
    ...{ code: 'STORAGE_FULL', hint: expect.stringContaining('--trash-days 0') },
  });
  expect(await listSnapshots(store.backend, ref)).toEqual([ref]);
  expect(inTrash()).toEqual([]);
});

test('on a full disk that has some space in reserve it goes into the trash all the same', async () => {
  await backUp(store, ref, randomPieces(1));
  await ensureReserve(store.backend);
  hook = (call, key) => {
    const isFull = memory.objects.has(RESERVE_NAME);
    if (call === 'put' && key.startsWith('.trash/') && isFull) throw new BackupError('STORAGE_FULL', 'full');
  };
  expect(await forget()).toMatchObject(ref);
  expect(await listSnapshots(store.backend, ref)).toEqual([]);
  expect(memory.objects.has(RESERVE_NAME)).toBe(false);
  await expectSound();
});
