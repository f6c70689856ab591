import { setImmediate } from 'node:timers/promises';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SnapshotRef } from '#domain/ids.ts';
import { type BackendCall, type Hook, hookedBackend } from '#testing/hooked-backend.ts';
import type { MemoryBackend } from '#testing/memory-backend.ts';
import { openTestStore } from '#testing/open-store.ts';
import {
  backUp,
  begin,
  fileName,
  manifestBlob,
  snapshotRef,
  uploadArchive,
} from '#testing/session-client.ts';
import { InlinePool } from '#testing/simulation/inline-pool.ts';
import { type JumpingClock, jumpingClock } from '#testing/simulation/jumping-clock.ts';
import { type Ground, makeGround } from '#testing/simulation/stored-ground.ts';
import { chunkKey } from '../chunks/chunk-key.ts';
import { type Digest, digestOf } from '../chunks/digest.ts';
import type { Datastore } from '../datastore.ts';
import { collectGarbage } from '../gc/collect.ts';
import { snapshotKey } from '../hierarchy/layout.ts';
import { removeSnapshot } from '../hierarchy/remove-snapshot.ts';
import { fileKey, manifestKey, readSnapshotInfo } from '../hierarchy/snapshots.ts';
import { judgeChunk, setAside } from '../verify/bad-chunk.ts';
import { verifySnapshots } from '../verify/verify-snapshots.ts';

/**
 * The races with a name (docs/reliability.md), each at its exact call, where `gc/collect.test.ts` and
 * `gc/clock-steps.test.ts` do not have it.
 */

const DAY_MS = 86_400_000;
const NAME = fileName('root.pxar.didx');
const MANIFEST = fileName('index.json.blob');
const never = new AbortController().signal;

let ground: Ground;
let clock: JumpingClock;
let memory: MemoryBackend;
let store: Datastore;
let hook: Hook;

beforeAll(async () => {
  ground = await makeGround();
}, 60_000);

beforeEach(async () => {
  clock = jumpingClock();
  memory = ground.backend(clock.now);
  hook = () => {};
  store = await openTestStore({
    ...{ backend: hookedBackend(memory, (call, key) => hook(call, key)), clock, uuid: ground.uuid },
    pool: new InlinePool(1),
  });
});

const at = (hours: number, id = 'a') => snapshotRef(id, snapshotRef(id).time + hours * 3600);
const pieces = (from: number, count: number) => ground.pieces.slice(from, from + count);
const digests = (from: number, count: number) => pieces(from, count).map(digestOf);
const isStored = (digest: Digest) => memory.objects.has(chunkKey(digest));

function collect(graceSeconds = 3600) {
  return collectGarbage(store, {
    ...{ dryRun: false, graceSeconds, expectedSnapshots: null, storedBytes: null, signal: never },
    ...{ tryAccessTime: async () => null, report: () => {}, warn: () => {}, missing: async () => {} },
  });
}

/** Does `work` once, before the first call that matches. */
function onFirst(matches: (call: BackendCall, key: string) => boolean, work: () => Promise<unknown>) {
  const race = { met: false };
  hook = async (call, key) => {
    if (race.met || !matches(call, key)) return;
    race.met = true;
    await work();
  };
  return race;
}

/** A backup that has sent or refers to all it needs, and now only has to be finished. */
async function almost(ref: SnapshotRef, content: readonly Buffer[], known: readonly Digest[] = []) {
  const session = await begin(store, ref);
  if (known.length > 0) await (await session.openPrevious(NAME)).close();
  const archive = await uploadArchive(session, NAME, content, new Set<string>(known));
  await session.addBlob(MANIFEST, manifestBlob(ref, [archive]));
  return session;
}

async function sendAnew(ref: SnapshotRef, content: readonly Buffer[]): Promise<void> {
  await backUp(store, ref, content);
}

/** Others go on until they can go no further. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await setImmediate();
}

async function expectSound(...refs: SnapshotRef[]): Promise<void> {
  hook = () => {};
  const options = { budgetBytes: null, signal: never, report: () => {}, skipped: () => {} };
  const report = await verifySnapshots(store, refs, {
    ...{ ...options, upid: 'UPID:test:00000000:00000000:00000001:65432100:verify:main:admin@ibs:' },
    ...{ damaged: async () => {}, verified: async () => {} },
  });
  expect(report).toMatchObject({ sound: refs.length, failed: [], skipped: 0, vanished: 0 });
  expect(store.locks.list()).toEqual([]);
}

test('(a) a snapshot that was empty when it was looked at, finishes, and the one that it was made from goes', async () => {
  await sendAnew(at(0), pieces(0, 3));
  clock.advance(2 * DAY_MS);
  const session = await begin(store, at(48));
  // Listed for all index files first, then for what each snapshot refers to, the newest one first.
  let lists = 0;
  const race = onFirst(
    (call, key) => call === 'list' && key === snapshotKey(at(0)) && ++lists === 2,
    async () => {
      await (await session.openPrevious(NAME)).close();
      const archive = await uploadArchive(session, NAME, pieces(0, 3), new Set<string>(digests(0, 3)));
      await session.addBlob(MANIFEST, manifestBlob(at(48), [archive]));
      await session.finish();
      await removeSnapshot(store, at(0));
    },
  );
  expect((await collect()).counts.removed.files).toBe(0);
  expect(race.met).toBe(true);
  await expectSound(at(48));
});

describe('(c) a chunk that is sent again while it is removed', () => {
  beforeEach(async () => {
    await sendAnew(at(0, 'gone'), pieces(0, 1));
    await removeSnapshot(store, at(0, 'gone'));
    clock.advance(2 * DAY_MS);
  });

  test('after the last look at it: is stored anew once it is gone', async () => {
    let backup: Promise<void> | null = null;
    const race = onFirst(
      (call, key) => call === 'remove' && key === chunkKey(digests(0, 1)[0] as Digest),
      async () => {
        backup = sendAnew(at(48), pieces(0, 1));
        await settle();
      },
    );
    expect((await collect()).counts.removed.files).toBe(1);
    expect(race.met).toBe(true);
    await backup;
    await expectSound(at(48));
  });

  test('before the last look at it: stays, and counts as used', async () => {
    let looks = 0;
    const race = onFirst(
      (call, key) => call === 'stat' && key === chunkKey(digests(0, 1)[0] as Digest) && looks++ > 0,
      async () => {
        void sendAnew(at(48), pieces(0, 1));
        await settle();
      },
    );
    await collect();
    expect(race.met).toBe(true);
    await settle();
    await expectSound(at(48));
  });
});

describe('(d) a chunk that a verification sets aside while a backup needs it', () => {
  const digest = () => digests(0, 1)[0] as Digest;

  beforeEach(async () => {
    await sendAnew(at(0), pieces(0, 2));
    const object = memory.objects.get(chunkKey(digest()));
    if (object) object.bytes = Buffer.from(object.bytes).fill(0, 20);
  });

  test('sent just before, and so found there: the backup fails, and the next one sends it', async () => {
    const session = await almost(at(1), pieces(0, 2));
    expect(await judgeChunk(store, digest())).toBe('damaged');
    await setAside(store, digest());
    await expect(session.finish()).rejects.toMatchObject({ code: 'CHUNK_MISSING' });
    await session.abort();
    expect(await readSnapshotInfo(store.backend, at(1))).toBeNull();
    await sendAnew(at(1), pieces(0, 2));
    await expectSound(at(0), at(1));
  });

  test('sent while it is renamed: is stored anew, and heals the other one', async () => {
    let backup: Promise<void> | null = null;
    const race = onFirst(
      (call, key) => call === 'rename' && key === chunkKey(digest()),
      async () => {
        backup = sendAnew(at(1, 'b'), pieces(0, 2));
        await settle();
      },
    );
    await setAside(store, digest());
    expect(race.met).toBe(true);
    await backup;
    expect(memory.objects.has(`${chunkKey(digest())}.0.bad`)).toBe(true);
    await expectSound(at(0), at(1, 'b'));
  });

  test('sent anew by another one before it is renamed: stays, and the backup that refers to it goes through', async () => {
    const session = await almost(at(1), pieces(0, 2), digests(0, 2));
    expect(await judgeChunk(store, digest())).toBe('damaged');
    memory.objects.delete(chunkKey(digest())); // as if another verification had been first
    await sendAnew(at(1, 'b'), pieces(0, 1));
    expect(await setAside(store, digest())).toBeNull();
    await session.finish();
    await expectSound(at(0), at(1), at(1, 'b'));
  });
});

test('(f) a backup that lasts longer than the grace keeps what it has sent and what it builds on', async () => {
  await sendAnew(at(0), pieces(0, 2));
  clock.advance(2 * DAY_MS);
  const session = await almost(at(48), pieces(0, 4), digests(0, 2));
  for (let day = 0; day < 3; day += 1) {
    clock.advance(3 * DAY_MS);
    await expect(removeSnapshot(store, at(0))).rejects.toMatchObject({ code: 'SNAPSHOT_LOCKED' });
    expect((await collect(0)).counts.removed.files).toBe(0);
  }
  await session.finish();
  await removeSnapshot(store, at(0));
  clock.advance(3 * DAY_MS);
  expect((await collect(0)).counts.removed.files).toBe(0);
  await expectSound(at(48));
});

describe.each([
  ['ahead', 2 * DAY_MS],
  ['back', -2 * DAY_MS],
])('(g) the clock is set two days %s', (_, jumpMs) => {
  beforeEach(async () => {
    await sendAnew(at(0), pieces(0, 2));
    await sendAnew(at(0, 'gone'), pieces(5, 3));
    await removeSnapshot(store, at(0, 'gone'));
    clock.advance(2 * DAY_MS);
  });

  test('while a collection marks: it removes nothing, and the next one goes through', async () => {
    const race = onFirst(
      (call, key) => call === 'open' && key === fileKey(at(0), NAME),
      async () => clock.jump(jumpMs),
    );
    await expect(collect()).rejects.toMatchObject({ code: 'GC_CLOCK_UNSURE' });
    expect(race.met).toBe(true);
    expect(digests(5, 3).every(isStored)).toBe(true);
    clock.jump(-jumpMs);
    expect((await collect()).counts.removed.files).toBe(3);
    await expectSound(at(0));
  });

  test('while a backup runs: no collection removes what it has sent, before or after the clock is right again', async () => {
    const session = await begin(store, at(48));
    await (await session.openPrevious(NAME)).close();
    clock.jump(jumpMs);
    const archive = await uploadArchive(session, NAME, pieces(0, 4), new Set<string>(digests(0, 2)));
    await collect(0).catch(() => {});
    clock.jump(-jumpMs);
    await collect(0).catch(() => {});
    expect(digests(0, 4).every(isStored)).toBe(true);
    await session.addBlob(MANIFEST, manifestBlob(at(48), [archive]));
    await session.finish();
    await expectSound(at(0), at(48));
  });
});

describe('the snapshot that a backup would build on', () => {
  beforeEach(async () => {
    await sendAnew(at(0), pieces(0, 2));
    await sendAnew(at(1), pieces(1, 2));
  });

  test.each(
    [1, 2, 3, 4, 5].flatMap((look) => [
      { look, when: 'before' },
      { look, when: 'after' },
    ]),
  )('is removed $when look $look at it: the backup builds on the one before', async ({ look, when }) => {
    store.damaged.add(digests(9, 1)[0] as Digest); // so that its indexes are looked at as well
    let looks = 0;
    const remove = () => removeSnapshot(store, at(1)).then(() => {});
    hook = async (_, key) => {
      if (!key.startsWith(snapshotKey(at(1))) || ++looks !== look) return;
      if (when === 'after') return remove;
      await remove();
    };
    const session = await begin(store, at(2));
    expect(looks).toBeGreaterThanOrEqual(look);
    hook = () => {};
    expect(session.previous).toEqual(at(0));
    await session.abort();
    await expectSound(at(0));
  });

  test('has an index that is damaged: the backup builds on nothing', async () => {
    store.damaged.add(digests(9, 1)[0] as Digest);
    const index = memory.objects.get(fileKey(at(1), NAME));
    if (index) index.bytes = index.bytes.slice(0, 100);
    const session = await begin(store, at(2));
    expect(session.previous).toBeNull();
    await session.abort();
    expect(memory.objects.has(manifestKey(at(1)))).toBe(true);
  });
});
