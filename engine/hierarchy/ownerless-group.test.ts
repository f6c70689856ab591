import { expect, test } from 'vitest';
import { MemoryBackend } from '#testing/memory-backend.ts';
import { openTestStore, testClock } from '#testing/open-store.ts';
import { ALICE, backUp, begin, randomPieces, snapshotRef, TEST_TIME } from '#testing/session-client.ts';
import type { Datastore } from '../datastore.ts';
import { readOwner } from './groups.ts';

const group = snapshotRef('elsa');

function memoryStore(): Promise<Datastore> {
  return openTestStore({ backend: new MemoryBackend(testClock().now) });
}

/** As a crash leaves it: behind the making of the directory, or in front of its removal. */
async function leaveHusk(store: Datastore, ownerFile?: string): Promise<void> {
  await store.backend.makeDirectory('host');
  await store.backend.makeDirectory('host/elsa');
  if (ownerFile !== undefined) await store.backend.put('host/elsa/owner', Buffer.from(ownerFile));
}

test('a group without owner and snapshots is new: it belongs to whoever backs up first', async () => {
  const store = await memoryStore();
  await leaveHusk(store);
  await backUp(store, group, randomPieces(1));
  expect(await readOwner(store.backend, group)).toBe(ALICE);
});

test('an owner file that a power cut has emptied is none', async () => {
  const store = await memoryStore();
  await leaveHusk(store, '');
  await backUp(store, group, randomPieces(1));
  expect(await readOwner(store.backend, group)).toBe(ALICE);
});

test('it goes again with a backup that comes to nothing', async () => {
  const store = await memoryStore();
  await leaveHusk(store);
  const session = await begin(store, group);
  await session.abort();
  expect(await store.backend.list('host')).toEqual([]);
  expect(store.locks.list()).toEqual([]);
});

test('with snapshots it stays for administrators to give away', async () => {
  const store = await memoryStore();
  await backUp(store, group, randomPieces(1));
  await store.backend.remove('host/elsa/owner');
  await expect(begin(store, snapshotRef('elsa', TEST_TIME + 1))).rejects.toMatchObject({
    code: 'OWNER_MISMATCH',
  });
  expect(await readOwner(store.backend, group)).toBe(null);
});
