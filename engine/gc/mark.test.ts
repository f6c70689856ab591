import { beforeEach, expect, test } from 'vitest';
import { type Hook, hookedBackend } from '#testing/hooked-backend.ts';
import { MemoryBackend } from '#testing/memory-backend.ts';
import { openTestStore, testClock } from '#testing/open-store.ts';
import { backUp, randomPieces, snapshotRef } from '#testing/session-client.ts';
import type { Datastore } from '../datastore.ts';
import { removeSnapshot } from '../hierarchy/remove-snapshot.ts';
import { CHUNK_SIZE_AT, HEADER_BYTES, makeHeader, SIZE_AT } from '../indexes/index-header.ts';
import { mark } from './mark.ts';
import { IndexMarker } from './mark-index.ts';
import { MarkTable } from './mark-table.ts';

let store: Datastore;
let hook: Hook;

beforeEach(async () => {
  const clock = testClock();
  hook = () => {};
  const backend = hookedBackend(new MemoryBackend(clock.now), (call, key) => hook(call, key));
  store = await openTestStore({ backend, clock });
});

const later = (id: string) => ({ ...snapshotRef(id), time: snapshotRef(id).time + 60 });
const markAll = (signal = new AbortController().signal) => mark(store, { signal, report: () => {} });

test('an index that gets its name before its group is read counts once', async () => {
  await backUp(store, snapshotRef('a'), randomPieces(2));
  await backUp(store, snapshotRef('b'), randomPieces(2));
  let done = false;
  hook = async (call, key) => {
    if (done || call !== 'open' || !key.startsWith('host/a/')) return;
    done = true;
    await backUp(store, later('b'), randomPieces(2));
  };
  const { keys, ...marks } = await markAll();
  expect(keys).toEqual([...new Set(keys)]);
  expect(marks).toMatchObject({ indexFiles: 3, entries: 6, archiveBytes: 6 * 3000, snapshots: 3 });
});

test('a snapshot of which a part was read before it vanished counts as far as it was read, and once', async () => {
  await backUp(store, snapshotRef('a'), randomPieces(2));
  await backUp(store, later('a'), randomPieces(2));
  let done = false;
  hook = async (call, key) => {
    if (done || call !== 'open' || !key.endsWith('.didx')) return;
    done = true;
    await removeSnapshot(store, later('a'));
  };
  expect(await markAll()).toMatchObject({ indexFiles: 1, snapshots: 1 });
});

test('a mark that is cancelled leaves even an index that has no end', async () => {
  const memory = new MemoryBackend(() => 0);
  const index = makeHeader('fixed', 0);
  const count = 200_000;
  index.writeBigUInt64LE(BigInt(count * 4096), SIZE_AT);
  index.writeBigUInt64LE(4096n, CHUNK_SIZE_AT);
  await memory.put('disk.img.fidx', Buffer.concat([index, Buffer.alloc(count * 32)]));
  const cancel = new AbortController();
  let pieces = 0;
  const open = memory.open.bind(memory);
  memory.open = async (key) => {
    const reader = await open(key);
    const read: typeof reader.read = (target, position) => {
      if (position >= HEADER_BYTES) pieces += 1;
      cancel.abort(new Error('cancelled'));
      return reader.read(target, position);
    };
    return { sizeBytes: reader.sizeBytes, close: () => reader.close(), read };
  };
  const marker = new IndexMarker(memory, new MarkTable());
  await expect(marker.mark('disk.img.fidx', cancel.signal)).rejects.toThrow('cancelled');
  expect(pieces).toBe(0);
});
