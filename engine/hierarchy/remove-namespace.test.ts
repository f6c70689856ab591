import { setImmediate } from 'node:timers/promises';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { NamespacePath, SnapshotRef } from '#domain/ids.ts';
import { contentDigest, type NamespaceContent } from '#domain/namespace-content.ts';
import { type Hook, hookedBackend } from '#testing/hooked-backend.ts';
import type { MemoryBackend } from '#testing/memory-backend.ts';
import { openTestStore, testClock } from '#testing/open-store.ts';
import { ALICE, backUp, begin, randomPieces, snapshotRef } from '#testing/session-client.ts';
import { InlinePool } from '#testing/simulation/inline-pool.ts';
import { type Ground, makeGround } from '#testing/simulation/stored-ground.ts';
import { auditDatastore } from '../audit/audit-datastore.ts';
import type { Datastore } from '../datastore.ts';
import { collectGarbage } from '../gc/collect.ts';
import { snapshotPlace } from '../locks/places.ts';
import { trashedGroups } from '../trash/list-trash.ts';
import { finishRemoval, finishRemovals, removedNamespaces } from '../trash/removed-namespaces.ts';
import { restoreTrashed } from '../trash/restore-trashed.ts';
import { readTrashed } from '../trash/trash-note.ts';
import { setProtected } from './change-snapshot.ts';
import { readOwner } from './groups.ts';
import { createNamespace, listNamespaces, namespaceExists } from './namespaces.ts';
import { type NamespaceRemoval, removeNamespace } from './remove-namespace.ts';
import { listSnapshots } from './snapshots.ts';

const BY = { by: 'bob@ibs', reason: 'forget' as const };
const signal = new AbortController().signal;
const ns = (path: string) => path as NamespacePath;
const [UPPER, LOWER, BESIDE] = [
  snapshotRef('web', 1_700_000_000, 'team'),
  snapshotRef('db', 1_700_000_000, 'team/deep'),
  snapshotRef('web', 1_700_000_000, 'other'),
];

let ground: Ground;
beforeAll(async () => {
  ground = await makeGround();
}, 60_000);

let clock: ReturnType<typeof testClock>;
let memory: MemoryBackend;
let store: Datastore;
let hook: Hook;

/** As a process does it that is started anew. */
async function open(): Promise<void> {
  hook = () => {};
  const backend = hookedBackend(memory, (call, key) => hook(call, key));
  store = await openTestStore({ backend, clock, uuid: ground.uuid, pool: new InlinePool(1) });
}

/** `team` with a snapshot, and one below it; `other` has the same content as the first of them. */
async function start(): Promise<void> {
  clock = testClock();
  memory = ground.backend(clock.now);
  await open();
  for (const path of ['team', 'team/deep', 'other']) await createNamespace(store, ns(path));
  const [first, second, third] = ground.pieces as [Buffer, Buffer, Buffer];
  await backUp(store, UPPER, [first, second]);
  await backUp(store, LOWER, [third]);
  await backUp(store, BESIDE, [first, second]);
}

beforeEach(start);

const nothing = { check: async () => {}, gone: async () => {}, trash: BY };

async function remove(path = 'team', more: Partial<NamespaceRemoval> = {}): Promise<void> {
  const removed = await removeNamespace(store, ns(path), { ...nothing, ...more });
  if (removed) await finishRemoval(store, removed, { signal });
}

async function trashed() {
  const items = [];
  for await (const group of trashedGroups(store.backend)) items.push(...group.items);
  return items;
}

async function expectSound(): Promise<void> {
  const report = await auditDatastore(store, { deep: true, signal, report: () => {} });
  // Of the chunk directories the ground has few.
  expect(report.findings.filter(({ code }) => code !== 'chunk-directory-missing')).toEqual([]);
  expect(store.locks.list()).toEqual([]);
}

function collect() {
  return collectGarbage(store, {
    ...{ dryRun: false, graceSeconds: 3600, expectedSnapshots: null, storedBytes: null },
    ...{ tryAccessTime: async () => null, signal, report: () => {}, warn: () => {} },
    trash: { days: 30, removed: async () => {} },
    missing: async ({ digest }) => {
      throw new Error(`chunk ${digest} is missing`);
    },
  });
}

const chunkCount = () => [...memory.objects.keys()].filter((key) => /\/[0-9a-f]{64}$/.test(key)).length;

describe('a namespace goes', () => {
  test('with all below it; its snapshots lie in the trash with their owners, and come back to it', async () => {
    const seen: NamespaceContent[] = [];
    await setProtected(store, LOWER, true);
    await remove('team', { check: async (content) => void seen.push(content) });
    expect(seen).toEqual([
      {
        namespaces: ['team', 'team/deep'],
        snapshots: [
          { ref: UPPER, protected: false, finished: true },
          { ref: LOWER, protected: true, finished: true },
        ],
      },
    ]);
    expect(await listNamespaces(store.backend)).toEqual(['', 'other']);
    const items = await trashed();
    expect(items.map(({ namespace, id }) => [namespace, id])).toEqual([
      ['team', 'web'],
      ['team/deep', 'db'],
    ]);
    for (const item of items)
      expect(await readTrashed(store.backend, item)).toMatchObject({ ...BY, owner: ALICE });
    await expectSound();

    for (const item of items) await restoreTrashed(store, item, ALICE);
    expect(await listNamespaces(store.backend)).toEqual(['', 'other', 'team', 'team/deep']);
    expect(await readOwner(store.backend, LOWER)).toBe(ALICE);
    await expectSound();
  });

  test('without a trash for good, and what it shares with another namespace stays', async () => {
    expect(chunkCount()).toBe(3); // two namespaces hold the same two: they are stored once
    await remove('team', { trash: null });
    expect(await trashed()).toEqual([]);
    clock.advance(48 * 3_600_000);
    await collect();
    expect(chunkCount()).toBe(2);
    await expectSound();
  });

  test('also when it is gone already, so that the records can follow', async () => {
    let told = 0;
    await remove('team', { trash: null });
    const gone = async () => {
      told += 1;
    };
    await remove('team', { gone });
    expect(told).toBe(1);
  });

  test('the name is free at once, and a removal of the new one does not meet that of the old', async () => {
    const first = await removeNamespace(store, ns('team'), nothing);
    await createNamespace(store, ns('team'));
    await backUp(store, UPPER, randomPieces(1).slice(0, 0));
    const second = await removeNamespace(store, ns('team'), nothing);
    expect(second?.removedTime).toBe((first?.removedTime ?? 0) + 1);
    expect(await finishRemovals(store, signal)).toBe(2);
    expect((await trashed()).map(({ id, trashedTime }) => [id, trashedTime - 1_700_000_000])).toEqual([
      ['web', 1],
      ['web', 0],
      ['db', 0],
    ]);
    await expectSound();
  });
});

describe('a namespace stays whole', () => {
  const refused = async (code: string) => {
    const before = [...memory.objects.keys()];
    await expect(remove()).rejects.toMatchObject({ code });
    expect([...memory.objects.keys()]).toEqual(before);
  };

  test('while a backup into it runs, or one of its snapshots is read', async () => {
    const session = await begin(store, snapshotRef('new', 1_700_000_100, 'team/deep'));
    await refused('GROUP_LOCKED');
    await session.abort();
    using _reader = store.locks.shared(snapshotPlace(LOWER), 'restore');
    await refused('SNAPSHOT_LOCKED');
  });

  test('with something in it that is no backup', async () => {
    await memory.put('ns/team/host/notes.txt', Buffer.from('mine'));
    await refused('NAMESPACE_NOT_EMPTY');
    await memory.remove('ns/team/host/notes.txt');
    await memory.makeDirectory('ns/team/ns/deep/.hidden');
    await refused('NAMESPACE_NOT_EMPTY');
  });

  test('while nobody can make anything in it that was not looked at', async () => {
    const answers: string[] = [];
    const attempt = (work: Promise<unknown>) =>
      work.then(
        () => answers.push('done'),
        (error) => answers.push(error.code),
      );
    await remove('team', {
      check: async () => {
        await attempt(createNamespace(store, ns('team/deep/more')));
        await attempt(begin(store, snapshotRef('new', 1_700_000_100, 'team/deep')));
        await attempt(remove('team/deep'));
        await attempt(createNamespace(store, ns('other/more')));
      },
    });
    expect(answers).toEqual(['NAMESPACE_LOCKED', 'NAMESPACE_LOCKED', 'NAMESPACE_LOCKED', 'done']);
    expect(await namespaceExists(store.backend, ns('team'))).toBe(false);
  });
});

/** What can be restored, from its place or from the trash. */
async function kept(): Promise<Set<string>> {
  const found = new Set<string>();
  for (const ref of [UPPER, LOWER]) {
    if ((await listSnapshots(store.backend, ref)).length > 0) found.add(`at its place: ${ref.id}`);
  }
  for (const { id } of await trashed()) found.add(`in the trash: ${id}`);
  return found;
}

test('killed at any call: it is whole or gone, and a collection before anything else loses nothing', async () => {
  const ends = new Set<string>();
  for (let number = 1; ; number += 1) {
    await start();
    let calls = 0;
    const killed = new Promise<'killed'>((resolve) => {
      hook = () => {
        calls += 1;
        if (calls < number) return;
        resolve('killed');
        return new Promise(() => {}); // for ever
      };
    });
    const end = await Promise.race([remove().then(() => 'done'), killed]);
    await open();
    const isThere = await namespaceExists(store.backend, ns('team'));
    expect(await namespaceExists(store.backend, ns('team/deep'))).toBe(isThere);
    clock.advance(48 * 3_600_000);
    await collect();
    expect(chunkCount()).toBe(3);
    const place = isThere ? 'at its place' : 'in the trash';
    expect(await kept()).toEqual(new Set([`${place}: web`, `${place}: db`]));
    ends.add(place);
    if (isThere) await remove();
    expect(await kept()).toEqual(new Set(['in the trash: web', 'in the trash: db']));
    expect(await removedNamespaces(store.backend)).toEqual([]);
    expect(store.locks.list()).toEqual([]);
    if (end === 'done') break;
  }
  await expectSound();
  expect(ends).toEqual(new Set(['at its place', 'in the trash']));
});

describe('in the midst of a removal', () => {
  /** Lets it go on until it has ended, or waits for the removal. */
  async function letWork(work: Promise<unknown>): Promise<void> {
    let isDone = false;
    void work.then(() => {
      isDone = true;
    });
    for (let turn = 0; turn < 200 && !isDone; turn += 1) await setImmediate();
  }

  /** Does `work` at the n-th call of `first`, n = 1, 2, … until there is none. */
  async function eachCall(
    work: () => Promise<unknown>,
    then: (answer: string, ended: string) => Promise<void>,
    first: () => Promise<unknown> = remove,
  ) {
    for (let number = 1; ; number += 1) {
      await start();
      let calls = 0;
      let met: Promise<string> | null = null;
      hook = async (call, key) => {
        if (met !== null || (call === 'list' && key.startsWith('.chunks/'))) return;
        calls += 1;
        if (calls !== number) return;
        met = work().then(() => 'done', codeOf);
        await letWork(met);
      };
      const ended = await first().then(() => 'done', codeOf);
      if (met === null) break;
      hook = () => {};
      await then(await met, ended);
      expect(store.locks.list()).toEqual([]);
    }
  }

  const codeOf = (error: { code?: string }) => error.code ?? String(error);

  const later = async () => {
    clock.advance(48 * 3_600_000);
    await collect();
  };
  const nothingIsLost = async (answer: string, ended: string) => {
    expect([answer, ended]).toEqual(['done', 'done']);
    expect(chunkCount()).toBe(3);
    expect(await kept()).toEqual(new Set(['in the trash: web', 'in the trash: db']));
  };

  test('a collection keeps every chunk', () => eachCall(later, nothingIsLost));

  test('which is begun in the midst of a collection and ends after it, that keeps every chunk', async () => {
    await eachCall(
      () => removeNamespace(store, ns('team'), nothing),
      async (answer, ended) => {
        await finishRemovals(store, signal);
        await nothingIsLost(answer, ended);
      },
      later,
    );
  });

  test('a backup into it is refused, and leaves nothing behind', async () => {
    const late: SnapshotRef = snapshotRef('late', 1_700_000_100, 'team/deep');
    const answers = new Set<string>();
    await eachCall(
      () => backUp(store, late, []),
      async (answer, ended) => {
        answers.add(`${answer} ${ended}`);
        expect(await listSnapshots(store.backend, late)).toEqual([]);
        expect(await namespaceExists(store.backend, ns('team'))).toBe(false);
      },
    );
    expect(answers).toEqual(new Set(['NAMESPACE_LOCKED done', 'NAMESPACE_NOT_FOUND done']));
  });
});

test('the digest is of what is in it, not of the order in which it was found', async () => {
  const content: NamespaceContent = {
    namespaces: [ns('a'), ns('a/b')],
    snapshots: [UPPER, LOWER].map((ref) => ({ ref, protected: false, finished: true })),
  };
  const digest = await contentDigest(content);
  const { namespaces, snapshots } = content;
  expect(
    await contentDigest({ namespaces: [...namespaces].reverse(), snapshots: [...snapshots].reverse() }),
  ).toBe(digest);
  const [first, ...rest] = snapshots as [(typeof snapshots)[number]];
  expect(await contentDigest({ namespaces, snapshots: [{ ...first, protected: true }, ...rest] })).not.toBe(
    digest,
  );
  expect(await contentDigest({ namespaces: [ns('a')], snapshots })).not.toBe(digest);
});
