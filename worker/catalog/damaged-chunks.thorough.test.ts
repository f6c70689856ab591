import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { DatastoreName } from '#domain/ids.ts';
import { testApi } from '#testing/test-api.ts';
import { testGateway } from '#testing/test-gateway.ts';
import { type Piece, randomPiece } from '#testing/wire/wire-blobs.ts';

/** What is shown of a damaged chunk, from the download that meets it until a backup has sent it again. */

const gateway = testGateway({ stores: ['main'] });
const api = testApi(() => gateway.database.url);
const NAME = 'main' as DatastoreName;
const TIME = 1_700_000_000;

function admin() {
  return api.as('admin@ibs');
}

function chunkPath({ digest }: Piece): string {
  return join(gateway.path(), '.chunks', digest.slice(0, 4), digest);
}

async function conditions(): Promise<Record<string, string | null>> {
  const { snapshots } = await admin().snapshot.list({ datastore: NAME });
  return Object.fromEntries(snapshots.map(({ id, damage }) => [id, damage]));
}

async function status() {
  const { status, statusReason, damagedChunkCount } = await admin().datastore.get({ name: NAME });
  return { status, statusReason, damagedChunkCount };
}

/** Resolves when the status says so; the worker learns of it by itself. */
async function until(expected: string): Promise<void> {
  await expect.poll(async () => (await status()).status, { timeout: 20_000 }).toBe(expected);
}

const DAMAGED = {
  status: 'degraded',
  statusReason: '1 chunk is damaged or missing; an audit names the snapshots that need them.',
  damagedChunkCount: 1,
};

test('a chunk that is found damaged is set aside, shown, named by the audit, and healed by a backup', async () => {
  const [shared, own] = [randomPiece(9000), randomPiece(9000)];
  await gateway.backUp({ id: 'a', time: TIME }, [shared, own]);
  await gateway.backUp({ id: 'b', time: TIME }, [own, shared]);
  await gateway.backUp({ id: 'c', time: TIME }, [own]);
  const bytes = fs.readFileSync(chunkPath(shared));
  bytes[40] = (bytes[40] ?? 0) ^ 1;
  fs.writeFileSync(chunkPath(shared), bytes);

  const query = { 'backup-type': 'host', 'backup-id': 'a', 'backup-time': TIME };
  const file = { ...query, 'file-name': 'root.pxar.didx' };
  const { status: answer } = await gateway.store('GET', '/download-decoded', { query: file }).catch(() => ({
    status: 'cut off',
  }));
  expect(answer).not.toBe(200);
  await until('degraded');
  expect(await status()).toEqual(DAMAGED);
  expect(fs.existsSync(`${chunkPath(shared)}.0.bad`)).toBe(true);
  const named = `root.pxar.didx: chunk ${shared.digest} is damaged`;
  expect(await conditions()).toEqual({ a: `${named}.`, b: null, c: null });

  const audit = await api.ended(await admin().datastore.audit({ name: NAME }));
  const where = 'host/a/2023-11-14T22:13:20Z';
  expect(audit).toMatchObject({
    state: 'failed',
    outcome: `2 findings in 3 snapshots, 2 chunks. The first is ${where}: ${named} and was set aside.`,
    error: { code: 'DATA_CORRUPT' },
  });
  const lost = `${named} and was set aside.`;
  expect(await conditions()).toEqual({ a: lost, b: lost, c: null });

  // What is known outlives the worker, and a rescan finds the same on the disk.
  await gateway.stopWorker();
  await gateway.startWorker('degraded');
  expect(await status()).toEqual(DAMAGED);
  await api.ended(await admin().datastore.rescan({ name: NAME }));
  expect(await status()).toEqual(DAMAGED);

  await gateway.backUp({ id: 'a', time: TIME + 60 }, [shared, own]);
  await api.ended(await admin().datastore.probe({ name: NAME }));
  expect(await status()).toEqual({ status: 'online', statusReason: '', damagedChunkCount: 0 });
  expect((await api.ended(await admin().datastore.audit({ name: NAME }))).state).toBe('succeeded');
  expect(await conditions()).toEqual({ a: null, b: null, c: null });
});
