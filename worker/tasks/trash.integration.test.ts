import * as fs from 'node:fs';
import { eq } from 'drizzle-orm';
import { afterEach, expect, test } from 'vitest';
import {
  type BackupId,
  type DatastoreName,
  formatSnapshotTime,
  type NamespacePath,
  type SnapshotRef,
} from '#domain/ids.ts';
import type { TrashItem } from '#domain/trash.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { audit } from '#drizzle/schema/system.ts';
import { trashedSnapshot } from '#drizzle/schema/trash.ts';
import { testApi } from '#testing/test-api.ts';
import { testGateway } from '#testing/test-gateway.ts';
import { randomPiece } from '#testing/wire/wire-blobs.ts';

/** The trash by the real API and the real worker, with snapshots that were really backed up. */

const gateway = testGateway({ stores: ['main', 'other'] });
const api = testApi(() => gateway.database.url);
const MAIN = 'main' as DatastoreName;
const OTHER = 'other' as DatastoreName;
const TIME = Date.parse('2026-03-01T08:00:00Z') / 1000;
const PIECE = randomPiece(5000);

const admin = () => api.as('admin@ibs');

afterEach(() => gateway.leaveSound());

interface Where {
  store?: string;
  ns?: string;
  time?: number;
}

async function backUp(id: string, { store = 'main', ns = '', time = TIME }: Where = {}) {
  await gateway.backUp({ id, time, store, ...(ns ? { ns } : {}) }, [PIECE, randomPiece(2000)]);
  return refOf(id, { ns, time });
}

const refOf = (id: string, { ns = '', time = TIME }: Where = {}): SnapshotRef => ({
  ...{ namespace: ns as NamespacePath, type: 'host', id: id as BackupId, time },
});

async function forget(snapshots: SnapshotRef[], store = MAIN) {
  const { taskId } = await admin().snapshot.forget({ datastore: store, snapshots });
  if (taskId === null) throw new Error('nothing goes');
  return api.ended({ taskId });
}

async function trash(id: string, store = MAIN, principal = 'admin@ibs') {
  const { items } = await api.as(principal).trash.list({ datastore: store, id: id as BackupId });
  return items;
}

const itemOf = ({ namespace, type, id, time, trashedTime }: TrashItem): TrashItem => ({
  ...{ namespace, type, id, time, trashedTime },
});

async function restore(items: TrashItem[], store = MAIN) {
  const { taskId } = await admin().trash.restore({ datastore: store, items });
  if (taskId === null) throw new Error('nothing comes back');
  return api.ended({ taskId });
}

const isOnDisk = (id: string, time = TIME, store = 'main') =>
  gateway.entries(`host/${id}`, store)?.includes(formatSnapshotTime(time)) ?? false;

async function listed(id: string, store = MAIN) {
  return (await admin().snapshot.list({ datastore: store, id: id as BackupId })).snapshots;
}

test('what is forgotten lies in the trash and comes back whole, in the datastore and in the lists', async () => {
  const ref = await backUp('web');
  const [before] = await listed('web');
  const plan = await admin().snapshot.forget({ datastore: MAIN, snapshots: [ref], dryRun: true });
  expect(plan.restorableUntil?.getTime()).toBeGreaterThan(Date.now() + 23 * 3_600_000);
  expect(await forget([ref])).toMatchObject({
    state: 'succeeded',
    outcome: expect.stringMatching(
      /^1 snapshot moved to the trash\. It can be restored until at least \d{4}-\d\d-\d\d \d\d:\d\d UTC; the garbage collection after that frees the space\.$/,
    ),
    result: { removed: 1, trashed: 1, kept: 0 },
  });
  expect({ disk: isOnDisk('web'), rows: await listed('web') }).toEqual({ disk: false, rows: [] });

  const page = await admin().trash.list({ datastore: MAIN, id: 'web' as BackupId });
  expect(page).toMatchObject({ total: 1, totalBytes: before?.sizeBytes, trashDays: 1 });
  const [item] = page.items;
  expect(item).toMatchObject({
    ...{ type: 'host', id: 'web', time: TIME, trashedBy: 'admin@ibs', reason: 'forget' },
    ...{ owner: 'admin@ibs!main', sizeBytes: before?.sizeBytes },
  });
  expect(item?.expiresAt.getTime()).toBe((item?.trashedAt.getTime() ?? 0) + 86_400_000);
  if (!item) return;

  expect(await restore([itemOf(item)])).toMatchObject({
    ...{
      state: 'succeeded',
      outcome: '1 snapshot restored from the trash.',
      result: { restored: 1, left: 0 },
    },
  });
  expect(await trash('web')).toEqual([]);
  expect(isOnDisk('web')).toBe(true);
  const { createdBy: _, ...known } = before as never as Record<string, unknown>;
  expect((await listed('web'))[0]).toMatchObject({ ...known, exclusiveBytes: null, usedBytes: null });
  const rows = await gateway.database.db.select().from(audit).where(eq(audit.action, 'trash.restore'));
  expect(rows).toMatchObject([
    { principal: 'admin@ibs', subject: expect.stringContaining('main:host/web/') },
  ]);
});
