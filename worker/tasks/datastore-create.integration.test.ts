import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { eq } from 'drizzle-orm';
import { beforeAll, expect, test } from 'vitest';
import { datastore } from '#drizzle/schema/datastore.ts';
import { claimTask } from '#drizzle/tasks.ts';
import { mountOf } from '#engine/backends/local/mount.ts';
import { testApi } from '#testing/test-api.ts';
import { testGateway } from '#testing/test-gateway.ts';

/** Creations that come to nothing: what they made is gone, and what they did not make stays. */

const gateway = testGateway({ stores: ['main'] });
const api = testApi(() => gateway.database.url);
let root = '';

beforeAll(async () => {
  root = join(dirname(gateway.path()), 'places');
  fs.mkdirSync(root);
  await api.as('admin@ibs').settings.update({ allowedRootsAdd: [root] });
});

function create(name: string, path: string) {
  const sameFilesystemReason = 'A test on one disk.';
  const input = { type: 'local' as const, name: name as never, path: path as never, sameFilesystemReason };
  return api.as('admin@ibs').datastore.create({ ...input, comment: '', syncLevel: 'none' });
}

/** As a worker leaves it that was lost in the middle. */
async function startAndLose(name: string, path: string): Promise<{ taskId: string; datastoreId: string }> {
  await gateway.stopWorker();
  const { taskId } = await create(name, path);
  await claimTask(gateway.db, taskId, randomUUID());
  const [row] = await gateway.db
    .select()
    .from(datastore)
    .where(eq(datastore.name, name as never));
  return { taskId, datastoreId: row?.id ?? '' };
}

/** Chunks with the marker of a creation. */
function layOut(path: string, marker: string): void {
  fs.mkdirSync(join(path, '.chunks/0000'), { recursive: true });
  fs.writeFileSync(join(path, '.lock'), '');
  fs.writeFileSync(join(path, '.ibs-provisioning'), marker);
}

async function names(): Promise<string[]> {
  return (await gateway.db.select({ name: datastore.name }).from(datastore)).map(({ name }) => name);
}

test('a directory that holds nothing but chunks is refused, and keeps them', async () => {
  const path = join(root, 'chunks-only');
  fs.mkdirSync(join(path, '.chunks/0000'), { recursive: true });
  fs.writeFileSync(join(path, '.chunks/0000/precious'), 'x');
  const ended = await api.ended(await create('chunks-only', path));
  expect(ended).toMatchObject({ state: 'failed', error: { code: 'DATASTORE_PATH_NOT_EMPTY' } });
  expect(ended.outcome).toContain('.chunks');
  expect(fs.readFileSync(join(path, '.chunks/0000/precious'), 'utf8')).toBe('x');
  expect(await names()).toEqual(['main']);
});

test('a creation that starts again first takes back what its lost attempt has made, and nothing else', async () => {
  const path = join(root, 'again');
  const { taskId, datastoreId } = await startAndLose('again', path);
  layOut(path, `${datastoreId}\nchunks made`);
  fs.writeFileSync(join(path, 'foreign'), '');
  await gateway.startWorker();
  expect(await api.ended({ taskId })).toMatchObject({
    error: { code: 'DATASTORE_PATH_NOT_EMPTY', message: 'The directory is not empty: foreign' },
  });
  expect(fs.readdirSync(path)).toEqual(['foreign']);
});

test('it does not touch what another creation has begun', async () => {
  const path = join(root, 'other');
  const { taskId } = await startAndLose('other', path);
  layOut(path, `${randomUUID()}\nchunks made`);
  await gateway.startWorker();
  expect(await api.ended({ taskId })).toMatchObject({ error: { code: 'DATASTORE_PATH_NOT_EMPTY' } });
  expect(fs.readdirSync(path).sort()).toEqual(['.chunks', '.ibs-provisioning', '.lock']);
});

test('one that starts again and fails at the probe leaves nothing', async () => {
  const path = join(root, 'probe');
  const { taskId, datastoreId } = await startAndLose('probe', path);
  layOut(path, `${datastoreId}\nchunks made`);
  const { type, source, mountPoint } = mountOf(path);
  const config = { kind: 'local' as const, path, mount: { type, source, mountPoint } };
  const ready = { phase: 'ready' as const, identity: randomUUID(), config };
  await gateway.db.update(datastore).set(ready).where(eq(datastore.id, datastoreId));
  await gateway.startWorker();
  expect(await api.ended({ taskId })).toMatchObject({
    state: 'failed',
    error: { code: 'DATASTORE_OFFLINE' },
  });
  expect(fs.readdirSync(path)).toEqual([]);
  expect(await names()).not.toContain('probe');
});
