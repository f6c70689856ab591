import { randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { BackupError } from '#domain/errors.ts';
import type { DatastoreName, NamespacePath } from '#domain/ids.ts';
import type { Database } from '#drizzle/client.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { backupGroup, namespace, snapshot } from '#drizzle/schema/snapshot.ts';
import { trashedSnapshot } from '#drizzle/schema/trash.ts';
import type { Datastore } from '#engine/datastore.ts';
import { createNamespace } from '#engine/hierarchy/namespaces.ts';
import { removeSnapshot } from '#engine/hierarchy/remove-snapshot.ts';
import { MemoryBackend } from '#testing/memory-backend.ts';
import { openTestStore, testClock } from '#testing/open-store.ts';
import { backUp, randomPieces, snapshotRef, TEST_TIME } from '#testing/session-client.ts';
import { testDatabase } from '#testing/test-database.ts';
import { reconcileCatalog } from './reconcile.ts';
import { putNamespace, refreshSnapshot } from './write-catalog.ts';

const OK_PROBE = [{ name: 'Write, flush, read, remove', outcome: 'ok' as const, ms: 1, detail: '' }];

async function setUp() {
  const { db } = await testDatabase();
  const store = await openTestStore({ backend: new MemoryBackend(testClock().now) });
  const id = randomUUID();
  await db.insert(datastore).values({
    ...{ id, name: 'main' as DatastoreName, kind: 'local', phase: 'ready', syncLevel: 'none' },
    ...{
      config: { kind: 'local', path: '/nowhere', mount: null },
      probeSteps: OK_PROBE,
      createdBy: 'admin@ibs',
    },
  });
  return { db, store, id };
}

/** Has `during` happen once: behind the next listing of the directory. */
function meanwhile({ backend }: Datastore, directory: string, during: () => Promise<void>): void {
  const list = backend.list.bind(backend);
  backend.list = async (key) => {
    const entries = await list(key);
    if (key === directory) {
      backend.list = list;
      await during();
    }
    return entries;
  };
}

async function rowsOf(db: Database) {
  const namespaces = await db.select({ path: namespace.path }).from(namespace).orderBy(namespace.path);
  const groups = await db
    .select({ id: backupGroup.backupId })
    .from(backupGroup)
    .orderBy(backupGroup.backupId);
  const snapshots = await db.select({ id: snapshot.backupId }).from(snapshot).orderBy(snapshot.backupId);
  return {
    namespaces: namespaces.map(({ path }) => path),
    groups: groups.map(({ id }) => id),
    snapshots: snapshots.map(({ id }) => id),
  };
}

test('what is made while the datastore is listed keeps its rows', async () => {
  const { db, store, id } = await setUp();
  await backUp(store, snapshotRef('before'), randomPieces(1));
  meanwhile(store, 'host/before', async () => {
    await createNamespace(store, 'late' as NamespacePath);
    await putNamespace(db, id, 'late' as NamespacePath);
    const made = snapshotRef('made', TEST_TIME, 'late');
    await backUp(store, made, randomPieces(1));
    await refreshSnapshot(db, store, id, made);
  });
  await reconcileCatalog(db, store, id);
  const all = { namespaces: ['', 'late'], groups: ['before', 'made'], snapshots: ['before', 'made'] };
  expect(await rowsOf(db)).toEqual(all);
});

test('what had a row, was gone and comes back meanwhile keeps it', async () => {
  const { db, store, id } = await setUp();
  const [stays, returns] = [snapshotRef('stays'), snapshotRef('returns', TEST_TIME, 'again')];
  await backUp(store, stays, randomPieces(1));
  await createNamespace(store, 'again' as NamespacePath);
  await backUp(store, returns, randomPieces(1));
  await reconcileCatalog(db, store, id);
  await store.backend.removeTree('ns/again');
  meanwhile(store, 'host/stays', async () => {
    await createNamespace(store, 'again' as NamespacePath);
    await backUp(store, returns, randomPieces(1));
    await refreshSnapshot(db, store, id, returns);
  });
  await reconcileCatalog(db, store, id);
  const all = { namespaces: ['', 'again'], groups: ['returns', 'stays'], snapshots: ['returns', 'stays'] };
  expect(await rowsOf(db)).toEqual(all);
});

test('what is gone from the datastore loses its rows', async () => {
  const { db, store, id } = await setUp();
  await createNamespace(store, 'gone' as NamespacePath);
  await backUp(store, snapshotRef('gone', TEST_TIME, 'gone'), randomPieces(1));
  await backUp(store, snapshotRef('stays'), randomPieces(1));
  await reconcileCatalog(db, store, id);
  await store.backend.removeTree('ns/gone');
  const { removed } = await reconcileCatalog(db, store, id);
  expect(removed).toEqual(['gone/host/gone/2023-11-14T22:13:20Z']);
  expect(await rowsOf(db)).toEqual({ namespaces: [''], groups: ['stays'], snapshots: ['stays'] });
});

test('interrupted removals are finished only where the datastore may be written', async () => {
  const { db, store, id } = await setUp();
  await backUp(store, snapshotRef('elsa'), randomPieces(1));
  await store.backend.makeDirectory('host/elsa/.2026-05-02T08:11:33Z.deleting');
  const leftovers = async (state: Partial<typeof datastore.$inferInsert>, opened = store) => {
    const usual = { phase: 'ready' as const, maintenance: null, suspect: null, probeSteps: OK_PROBE };
    await db
      .update(datastore)
      .set({ ...usual, ...state })
      .where(eq(datastore.id, id));
    return (await reconcileCatalog(db, opened, id)).leftovers;
  };
  const maintenance = { mode: 'read-only' as const, message: '', since: 0, by: 'admin@ibs' };
  expect(await leftovers({ maintenance })).toBe(0);
  expect(await leftovers({ suspect: 'A flush failed.' })).toBe(0);
  expect(await leftovers({ probeSteps: [{ ...OK_PROBE[0], outcome: 'failed' } as never] })).toBe(0);
  expect(await leftovers({ probeSteps: sql`null` as never })).toBe(0);
  const unclaimed = new BackupError('STORAGE_READ_ONLY', 'It is mounted read-only.');
  expect(await leftovers({}, { ...store, unclaimed })).toBe(0);
  expect(await leftovers({})).toBe(1);
});

test('what lies in the trash and has its row is not read again, unless that is asked for', async () => {
  const { db, store, id } = await setUp();
  for (const name of ['one', 'two']) {
    await backUp(store, snapshotRef(name), randomPieces(1));
    await removeSnapshot(store, snapshotRef(name), { by: 'admin@ibs', reason: 'forget' });
  }
  await reconcileCatalog(db, store, id);
  const read: string[] = [];
  const get = store.backend.get.bind(store.backend);
  store.backend.get = (key, maxBytes) => {
    if (key.startsWith('.trash/')) read.push(key);
    return get(key, maxBytes);
  };
  expect((await reconcileCatalog(db, store, id)).trashed).toBe(2);
  expect(read).toEqual([]);
  await store.backend.removeTree('.trash/host/one');
  expect((await reconcileCatalog(db, store, id)).trashed).toBe(1);
  const rows = await db.select({ name: trashedSnapshot.backupId }).from(trashedSnapshot);
  expect(rows).toEqual([{ name: 'two' }]);
  const { signal } = new AbortController();
  await reconcileCatalog(db, store, id, { full: true, signal, report: () => {} });
  expect(read.map((key) => key.split('/').at(-1))).toEqual(['trash.json', 'index.json.blob']);
});
