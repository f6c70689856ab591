import { beforeEach, expect, test } from 'vitest';
import { type Hook, hookedBackend } from '#testing/hooked-backend.ts';
import { MemoryBackend } from '#testing/memory-backend.ts';
import { openTestStore, testClock } from '#testing/open-store.ts';
import { begin, fileName, randomPieces, snapshotRef, uploadPiece } from '#testing/session-client.ts';
import type { Datastore } from '../datastore.ts';
import { collectGarbage } from './collect.ts';

/** The clock of the server is set back and right again, while backups run that know of nothing. */

const HOUR_MS = 3_600_000;

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

function collect() {
  return collectGarbage(store, {
    ...{ dryRun: false, graceSeconds: 3600, expectedSnapshots: null, storedBytes: null, spaceUse: null },
    tryAccessTime: async () => null,
    signal: new AbortController().signal,
    ...{ report: () => {}, warn: () => {}, missing: async () => {} },
  });
}

/** A backup that has sent pieces while the clock was two days behind. */
async function sendInThePast() {
  const session = await begin(store, snapshotRef('a'));
  const writerId = await session.createDynamicIndex(fileName('root.pxar.didx'));
  clock.advance(-48 * HOUR_MS);
  for (const piece of randomPieces(3)) await uploadPiece(session, writerId, piece);
  clock.advance(48 * HOUR_MS);
  return session;
}

const chunks = () => [...memory.objects.keys()].filter((key) => /\/[0-9a-f]{64}$/.test(key)).length;

test('what a running backup has sent in such a time stays', async () => {
  const session = await sendInThePast();
  expect((await collect()).counts).toMatchObject({ removed: { files: 0 }, pending: { files: 3 } });
  expect(chunks()).toBe(3);
  await session.abort();
  expect((await collect()).counts.removed.files).toBe(3);
});

test('what one sends that begins while a collection marks stays: the collection gives up', async () => {
  let session: Awaited<ReturnType<typeof sendInThePast>> | undefined;
  hook = async (call, key) => {
    if (session === undefined && call === 'list' && key === 'host') session = await sendInThePast();
  };
  await memory.makeDirectory('host');
  await expect(collect()).rejects.toMatchObject({ code: 'GC_CLOCK_UNSURE' });
  expect(chunks()).toBe(3);
  await session?.abort();
});
