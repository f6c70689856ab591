import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { BackupError } from '#domain/errors.ts';
import type { DatastoreName } from '#domain/ids.ts';
import { KeepOptions } from '#domain/retention.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { snapshot } from '#drizzle/schema/snapshot.ts';
import { trashedSnapshot } from '#drizzle/schema/trash.ts';
import { hookedBackend } from '#testing/hooked-backend.ts';
import { MemoryBackend } from '#testing/memory-backend.ts';
import { openTestStore, testClock } from '#testing/open-store.ts';
import { backUp, randomPieces, snapshotRef, TEST_TIME } from '#testing/session-client.ts';
import { testDatabase } from '#testing/test-database.ts';
import { reconcileCatalog } from '../catalog/reconcile.ts';
import { pruneGroup } from './prune-group.ts';

test('what went into the trash although the full disk said no is on record there, and is not said to be gone', async () => {
  const { db } = await testDatabase();
  const clock = testClock();
  let isFull = false;
  const backend = hookedBackend(new MemoryBackend(clock.now), (call, key) => {
    if (call !== 'rename' || !isFull || key.includes('deleting')) return;
    // As where the directory is changed, and cannot be flushed.
    return () => Promise.reject(new BackupError('STORAGE_FULL', 'No space is left.'));
  });
  const store = await openTestStore({ backend, clock });
  const datastoreId = randomUUID();
  await db.insert(datastore).values({
    ...{ id: datastoreId, name: 'main' as DatastoreName, kind: 'local', phase: 'ready', syncLevel: 'none' },
    ...{ config: { kind: 'local', path: '/nowhere', mount: null }, createdBy: 'admin@ibs' },
  });
  const [old, newest] = [snapshotRef('a'), snapshotRef('a', TEST_TIME + 86_400)];
  for (const ref of [old, newest]) await backUp(store, ref, randomPieces(1));
  await reconcileCatalog(db, store, datastoreId);
  isFull = true;
  const log: string[] = [];
  const counts = await pruneGroup(
    {
      ...{ db, store, datastoreId, keep: KeepOptions.parse({ last: 1 }), zone: 'UTC' },
      ...{ trash: { by: 'system', reason: 'prune' }, signal: new AbortController().signal },
      log: (_level, text) => log.push(text),
    },
    old,
  );
  expect(counts).toMatchObject({ remove: 1, trashed: 1, skipped: 0 });
  expect(log.join('\n')).not.toContain('for good');
  const rows = await db
    .select({ time: trashedSnapshot.time, by: trashedSnapshot.trashedBy })
    .from(trashedSnapshot);
  expect(rows).toEqual([{ time: new Date(old.time * 1000), by: 'system' }]);
  const left = await db.select({ time: snapshot.time }).from(snapshot);
  expect(left).toEqual([{ time: new Date(newest.time * 1000) }]);
});
