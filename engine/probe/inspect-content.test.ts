import { expect, test } from 'vitest';
import { MemoryBackend } from '#testing/memory-backend.ts';
import { openTestStore, testClock } from '#testing/open-store.ts';
import { backUp, begin, randomPieces, snapshotRef, TEST_TIME } from '#testing/session-client.ts';
import { createNamespace } from '../hierarchy/namespaces.ts';
import { removeSnapshot } from '../hierarchy/remove-snapshot.ts';
import { inspectContent } from './inspect-content.ts';

const PATIENCE_MS = 1000;

test('counts namespaces, groups and snapshots, with owners and last server, and writes nothing', async () => {
  const backend = new MemoryBackend(testClock().now);
  const clock = testClock();
  const store = await openTestStore({ backend, clock });
  await createNamespace(store, 'production' as never);
  await backUp(store, snapshotRef('a'), randomPieces(2));
  await backUp(store, snapshotRef('a', TEST_TIME + 60), randomPieces(2));
  await backUp(store, snapshotRef('b', TEST_TIME + 30, 'production'), randomPieces(2));
  await begin(store, snapshotRef('c', TEST_TIME + 90)); // left open
  await backUp(store, snapshotRef('d'), randomPieces(1));
  await removeSnapshot(store, snapshotRef('d'), { by: 'alice@ibs', reason: 'forget' });
  const before = [...backend.objects.keys()].sort();
  expect(await inspectContent(backend, clock, PATIENCE_MS)).toMatchObject({
    ...{ namespaces: 1, groups: 3, snapshots: 3, unfinished: 1, trashed: 1, complete: true },
    ...{ oldest: TEST_TIME, newest: TEST_TIME + 60, owners: ['alice@ibs'] },
    lastOwner: { host: 'test', seenAt: clock.now() },
  });
  expect([...backend.objects.keys()].sort()).toEqual(before);
});

test('reckons the chunks from a part of their directories', async () => {
  const backend = new MemoryBackend(testClock().now);
  const store = await openTestStore({ backend });
  for (const directory of ['0000', '8000', '8001']) {
    const name = `${directory}${'5'.repeat(60)}`;
    await store.backend.put(`.chunks/${directory}/${name}`, Buffer.alloc(100));
    await store.backend.put(`.chunks/${directory}/${name}.0.bad`, Buffer.alloc(100));
  }
  const { chunksEstimate, chunkBytesEstimate } = await inspectContent(backend, testClock(), PATIENCE_MS);
  expect({ chunksEstimate, chunkBytesEstimate }).toEqual({
    chunksEstimate: 2048,
    chunkBytesEstimate: 204_800,
  });
});

test('stops when it takes too long, and says so', async () => {
  const backend = new MemoryBackend(testClock().now);
  const clock = testClock();
  const store = await openTestStore({ backend, clock });
  for (const id of ['a', 'b', 'c']) await backUp(store, snapshotRef(id), randomPieces(1));
  const slow = { ...clock, monotonic: () => clock.monotonic() + advance() };
  let asked = 0;
  const advance = () => {
    asked += 1;
    return asked * PATIENCE_MS * 0.6;
  };
  expect(await inspectContent(backend, slow, PATIENCE_MS)).toMatchObject({ groups: 2, complete: false });
});
