import { beforeEach, expect, test } from 'vitest';
import type { SnapshotRef } from '#domain/ids.ts';
import { hookedBackend } from '#testing/hooked-backend.ts';
import { MemoryBackend } from '#testing/memory-backend.ts';
import { openTestStore } from '#testing/open-store.ts';
import {
  backUp,
  begin,
  fileName,
  manifestBlob,
  randomPieces,
  snapshotRef,
  uploadArchive,
} from '#testing/session-client.ts';
import type { Problem } from '../audit/chunk-audit.ts';
import { chunkKey } from '../chunks/chunk-key.ts';
import { encodeBlob } from '../chunks/data-blob.ts';
import { digestOf } from '../chunks/digest.ts';
import type { Datastore } from '../datastore.ts';
import { listGroups } from '../hierarchy/groups.ts';
import { removeSnapshot } from '../hierarchy/remove-snapshot.ts';
import { readSnapshotInfo } from '../hierarchy/snapshots.ts';
import { snapshotPlace } from '../locks/places.ts';
import { findDue, type VerifyOptions, verifySnapshots } from './verify-snapshots.ts';

const UPID = 'UPID:test:00000000:00000000:00000001:65432100:verify:main:admin@ibs:';
const never = new AbortController().signal;

let memory: MemoryBackend;
let store: Datastore;
let gets: string[];
let problems: Map<number, readonly Problem[]>;
let skipped: string[];
/** Hears of each chunk that is read. */
let onGet: () => void;

beforeEach(async () => {
  memory = new MemoryBackend(() => 1_700_000_000_000);
  [gets, problems, skipped, onGet] = [[], new Map(), [], () => {}];
  const backend = hookedBackend(memory, (call, key) => {
    if (call !== 'get' || !key.startsWith('.chunks/')) return;
    gets.push(key);
    onGet();
  });
  store = await openTestStore({ backend });
});

function verify(snapshots: readonly SnapshotRef[], options: Partial<VerifyOptions> = {}) {
  return verifySnapshots(store, snapshots, {
    ...{ upid: UPID, budgetBytes: null, signal: never, report: () => {}, damaged: async () => {} },
    verified: async (snapshot, found) => {
      problems.set(snapshot.time, found);
    },
    skipped: (_, why) => skipped.push(why),
    ...options,
  });
}

const stateOf = async (snapshot: SnapshotRef) =>
  (await readSnapshotInfo(store.backend, snapshot))?.verifyState;
const at = (hours: number, id = 'a') => ({ ...snapshotRef(id), time: snapshotRef(id).time + hours * 3600 });

test('the result stands in the manifest, and the rest of it stays', async () => {
  await backUp(store, at(0), randomPieces(3));
  const before = await readSnapshotInfo(store.backend, at(0));
  expect(await verify([at(0)])).toMatchObject({ sound: 1, failed: [], read: { chunks: 3 } });
  expect(await readSnapshotInfo(store.backend, at(0))).toEqual({
    ...before,
    verifyState: { state: 'ok', upid: UPID },
  });
});

test('a chunk is read once in a run, and its damage counts for each snapshot that needs it', async () => {
  const pieces = randomPieces(4);
  await backUp(store, at(0), pieces);
  await backUp(store, at(1), pieces.slice(0, 3));
  await backUp(store, at(2), pieces.slice(2));
  const broken = digestOf(pieces[0] as Buffer);
  const stored = memory.objects.get(chunkKey(broken));
  if (stored) stored.bytes = stored.bytes.slice(0, -1);
  gets = [];
  const found: string[] = [];
  const report = await verify([at(2), at(1), at(0)], {
    damaged: async ({ digest }) => void found.push(digest),
  });
  expect(report).toMatchObject({ sound: 1, failed: [at(1), at(0)], read: { chunks: 4 } });
  expect(gets.toSorted()).toEqual(pieces.map((piece) => chunkKey(digestOf(piece))).toSorted());
  expect(found).toEqual([broken]);
  expect(problems.get(at(0).time)).toEqual([
    { code: 'chunk-damaged', what: expect.stringContaining(`chunk ${broken} is damaged`) },
  ]);
  expect(await stateOf(at(2))).toMatchObject({ state: 'ok' });
  expect(await stateOf(at(0))).toMatchObject({ state: 'failed' });
});

test.each([
  [
    'an encrypted chunk in a plain archive',
    { key: Buffer.alloc(32, 7) },
    'is encrypted, though its archive is not',
  ],
  ['a chunk of another size', {}, 'bytes by the index'],
])('%s', async (_, options, words) => {
  const [piece] = randomPieces(1) as [Buffer];
  await backUp(store, at(0), [piece]);
  const other = 'key' in options ? piece : piece.subarray(1);
  const stored = memory.objects.get(chunkKey(digestOf(piece)));
  if (stored) stored.bytes = encodeBlob(other, { compress: false, ...options });
  expect((await verify([at(0)])).failed).toEqual([at(0)]);
  const [problem] = problems.get(at(0).time) ?? [];
  // A payload of another length has another digest as well.
  expect(problem?.what).toMatch('key' in options ? words : 'its content has another digest');
});

test('encrypted archives are checked as far as that goes without a key', async () => {
  const session = await begin(store, at(0));
  const [piece] = randomPieces(1) as [Buffer];
  const archive = await uploadArchive(session, 'root.pxar.didx', [piece]);
  const manifest = manifestBlob(at(0), [{ ...archive, cryptMode: 'encrypt' }]);
  await session.addBlob(fileName('index.json.blob'), manifest);
  await session.finish();
  expect((await verify([at(0)])).failed).toEqual([at(0)]);
  expect(problems.get(at(0).time)?.[0]?.what).toMatch('is not encrypted, though its archive is');
  const stored = memory.objects.get(chunkKey(digestOf(piece)));
  if (stored) stored.bytes = encodeBlob(piece, { compress: false, key: Buffer.alloc(32, 7) });
  expect((await verify([at(0)])).sound).toBe(1);
});

test('what is in use is skipped and keeps the state that it has; what is removed meanwhile does not matter', async () => {
  for (const hours of [0, 1]) await backUp(store, at(hours), randomPieces(1));
  using lock = store.locks.exclusive(snapshotPlace(at(0)), 'somebody');
  expect(await verify([at(0), at(1)])).toMatchObject({ sound: 1, skipped: 1, failed: [] });
  expect(skipped).toEqual([expect.stringContaining('somebody')]);
  expect(await stateOf(at(0))).toBeNull();
  lock.release();
  await removeSnapshot(store, at(1));
  expect(await verify([at(0), at(1)])).toMatchObject({ sound: 1, vanished: 1 });
});

test('a snapshot cannot be removed while it is read', async () => {
  await backUp(store, at(0), randomPieces(2));
  let refused = '';
  await verify([at(0)], {
    report: () =>
      void removeSnapshot(store, at(0)).catch((error) => {
        refused = error.code;
      }),
  });
  expect(refused).toBe('SNAPSHOT_LOCKED');
  expect(await stateOf(at(0))).toMatchObject({ state: 'ok' });
});

test('a cancelled run leaves what it has verified, and nothing half', async () => {
  for (const hours of [0, 1]) await backUp(store, at(hours), randomPieces(2));
  const cancel = new AbortController();
  const run = verify([at(1), at(0)], {
    signal: cancel.signal,
    verified: async () => cancel.abort(new Error('cancelled')),
  });
  await expect(run).rejects.toThrow('cancelled');
  expect([await stateOf(at(1)), await stateOf(at(0))]).toMatchObject([{ state: 'ok' }, null]);
});

test('due is what somebody wants, what cannot be read at all, and nothing of the speed test', async () => {
  await backUp(store, at(0), randomPieces(1));
  await backUp(store, at(1), randomPieces(1));
  await backUp(store, at(0, 'benchmark'), randomPieces(1));
  await verify([at(0)]);
  const manifest = memory.objects.get(`host/a/2023-11-14T23:13:20Z/index.json.blob`);
  if (manifest) manifest.bytes = manifest.bytes.slice(0, 20);
  const groups = await listGroups(store.backend, at(0).namespace);
  const due = async (isDue: boolean) =>
    (await findDue(store, groups, () => isDue, never)).map(({ snapshot }) => snapshot);
  expect(await due(true)).toEqual([at(1), at(0)]);
  expect(await due(false)).toEqual([at(1)]);
});

/** Over when so many chunks were read. */
function overAfter(chunks: number) {
  const controller = new AbortController();
  onGet = () => {
    if (gets.length >= chunks) controller.abort(new Error('over'));
  };
  return { over: controller.signal };
}

test('when it is over, what is being read stays as it was, and what was read keeps its result', async () => {
  for (const hours of [0, 1, 2]) await backUp(store, at(hours), randomPieces(3));
  gets = [];
  const report = await verify([at(2), at(1), at(0)], overAfter(4));
  expect(report).toMatchObject({ sound: 1, failed: [], left: 2, stopped: true });
  expect(await stateOf(at(2))).toEqual({ state: 'ok', upid: UPID });
  for (const hours of [1, 0]) expect(await stateOf(at(hours))).toBeNull();
  expect(store.locks.exclusive(snapshotPlace(at(1)), 'test').release()).toBeUndefined();
});

test('the first snapshot of a run is read to its end: one that takes longer than a window gets its turn', async () => {
  for (const hours of [0, 1]) await backUp(store, at(hours), randomPieces(3));
  gets = [];
  expect(await verify([at(1), at(0)], overAfter(1))).toMatchObject({ sound: 1, left: 1, stopped: true });
  expect(await stateOf(at(1))).toEqual({ state: 'ok', upid: UPID });
});

test('a run that begins when it is over reads nothing; one that was over behind the last one is whole', async () => {
  await backUp(store, at(0), randomPieces(3));
  gets = [];
  expect(await verify([at(0)], { over: AbortSignal.abort(new Error('over')) })).toMatchObject({
    ...{ sound: 0, left: 1, stopped: true },
  });
  expect(gets).toEqual([]);
  expect(await verify([at(0)], overAfter(3))).toMatchObject({ sound: 1, left: 0, stopped: false });
});
