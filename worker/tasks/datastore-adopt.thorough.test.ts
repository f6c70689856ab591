import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { datastore } from '#drizzle/schema/datastore.ts';
import { CHUNK_DIRECTORIES, chunkDirectoryName } from '#engine/chunks/chunk-key.ts';
import { lockFile } from '#engine/posix.ts';
import { testApi } from '#testing/test-api.ts';
import { testGateway } from '#testing/test-gateway.ts';

/** A datastore that a Proxmox Backup Server has made is adopted; until that goes well it stays as it was. */

vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

const gateway = testGateway({ stores: ['main'] });
const api = testApi(() => gateway.database.url);
// On a disk: in memory no datastore may be.
const root = fs.mkdtempSync(join(tmpdir(), 'ibs-adopt-'));
const path = join(root, 'pbs');
const BEFORE = ['.chunks', '.lock', 'host', 'vm'];
const TORN = createHash('sha256').update('torn').digest('hex');
const TWO_HOURS_AGO = Date.now() / 1000 - 7200;

beforeAll(async () => {
  for (let number = 0; number < CHUNK_DIRECTORIES; number += 1) {
    fs.mkdirSync(join(path, '.chunks', chunkDirectoryName(number)), { recursive: number === 0 });
  }
  fs.chmodSync(join(path, '.chunks'), 0o700);
  fs.writeFileSync(join(path, '.lock'), '');
  fs.mkdirSync(join(path, 'host/web/2026-05-02T08:11:33Z'), { recursive: true });
  fs.writeFileSync(join(path, 'host/web/owner'), 'root@pam\n');
  fs.writeFileSync(join(path, 'vm'), 'a stray file');
  const torn = join(path, '.chunks', TORN.slice(0, 4), TORN);
  fs.writeFileSync(torn, '');
  fs.utimesSync(torn, TWO_HOURS_AGO, TWO_HOURS_AGO);
  await api.as('admin@ibs').settings.update({ allowedRootsAdd: [root] });
});
afterAll(() => spawn('rm', ['-rf', root], { detached: true, stdio: 'ignore' }).unref());

function adopt(name: string, at = path) {
  const sameFilesystemReason = 'A test on one disk.';
  const input = { type: 'local' as const, name: name as never, path: at as never, comment: '' };
  return api.as('admin@ibs').datastore.adopt({ ...input, sameFilesystemReason });
}

async function rowOf(name: string) {
  const [row] = await gateway.db
    .select()
    .from(datastore)
    .where(eq(datastore.name, name as never));
  return row;
}

test.each(['shared', 'exclusive'] as const)('it is refused while a server has the lock: %s', async (mode) => {
  const fd = fs.openSync(join(path, '.lock'), 'r+');
  expect(lockFile(fd, mode)).toBe(true);
  const ended = await api.ended(await adopt('pbs'));
  fs.closeSync(fd);
  expect(ended).toMatchObject({ state: 'failed', error: { code: 'DATASTORE_IN_USE' } });
  expect(fs.readdirSync(path).sort()).toEqual(BEFORE);
  expect(await rowOf('pbs')).toBe(undefined);
});

test('cancelled behind the last check, it takes its own files away again', async () => {
  const { taskId } = await adopt('pbs');
  await expect.poll(async () => (await rowOf('pbs'))?.phase, { timeout: 60_000, interval: 20 }).toBe('ready');
  await api.as('admin@ibs').task.cancel({ id: taskId });
  expect((await api.ended({ taskId })).state).toBe('cancelled');
  expect(fs.readdirSync(path).sort()).toEqual(BEFORE);
  expect(await rowOf('pbs')).toBe(undefined);
});

test('it gets an identity, a reserve and nothing else, and what its server may not have flushed is checked', async () => {
  const ended = await api.ended(await adopt('pbs'));
  expect(ended.outcome).toMatch(/^pbs is (online|degraded): 1 snapshot in 1 group\.$/);
  expect(fs.readdirSync(path).sort()).toEqual(
    ['.chunks', '.ibs-identity.json', '.ibs-owner.json', '.ibs-reserve', 'host', '.lock', 'vm'].sort(),
  );
  expect(fs.statSync(join(path, '.chunks')).mode & 0o777).toBe(0o700);
  const bad = join(path, '.chunks', TORN.slice(0, 4), `${TORN}.0.bad`);
  await expect.poll(() => fs.existsSync(bad), { timeout: 60_000 }).toBe(true);
});

test('the same one by another path is refused, and the other one named', async () => {
  const copy = join(root, 'copy');
  fs.mkdirSync(join(copy, '.chunks'), { recursive: true });
  fs.copyFileSync(join(path, '.ibs-identity.json'), join(copy, '.ibs-identity.json'));
  const ended = await api.ended(await adopt('twice', copy));
  expect(ended).toMatchObject({ error: { code: 'DATASTORE_PATH_OVERLAP' } });
  expect(ended.outcome).toContain(`the identity of the datastore pbs (${path})`);
  expect(fs.existsSync(join(copy, '.ibs-identity.json'))).toBe(true);
});

test('no two records have one identity, whoever writes them', async () => {
  const identity = (await rowOf('pbs'))?.identity;
  const row = {
    id: randomUUID(),
    name: 'again' as never,
    kind: 'local' as const,
    syncLevel: 'none' as const,
  };
  const config = { kind: 'local' as const, path: '/nowhere', mount: null };
  await expect(
    gateway.db.insert(datastore).values({ ...row, identity, config, createdBy: 'admin@ibs' }),
  ).rejects.toMatchObject({ cause: { constraint: 'datastore_identity' } });
});
