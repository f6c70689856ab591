import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { afterEach, describe, expect, test } from 'vitest';
import { runBackup } from '#client/backup/run-backup.ts';
import { parseSources } from '#client/backup/sources.ts';
import type { DrillResult } from '#domain/drill.ts';
import { type BackupId, type DatastoreName, formatSnapshotTime, type NamespacePath } from '#domain/ids.ts';
import { drillReport } from '#drizzle/schema/drill.ts';
import { damagedChunk } from '#drizzle/schema/snapshot.ts';
import { setXattr } from '#engine/posix.ts';
import { temporaryDirectory } from '#testing/temporary-directory.ts';
import { testApi } from '#testing/test-api.ts';
import { testGateway } from '#testing/test-gateway.ts';
import {
  append,
  closeIndex,
  complete,
  createIndex,
  granted,
  sendArchive,
  uploadChunk,
} from '#testing/wire/wire-backup.ts';
import { CHUNK_BYTES, encryptedBlob, fixedChecksum, piece, randomPiece } from '#testing/wire/wire-blobs.ts';

/** Restore drills by the real API and the real worker, of what the real client has backed up. */

const gateway = testGateway({ stores: ['main', 'bare'] });
const api = testApi(() => gateway.database.url);
const MAIN = 'main' as DatastoreName;
const TIME = 1_700_000_000;
const admin = () => api.as('admin@ibs');
const scratch = () => join(gateway.dataDirectory, 'scratch');

afterEach(async () => {
  await gateway.leaveSound();
  expect(fs.existsSync(scratch()) ? fs.readdirSync(scratch()) : []).toEqual([]);
});

/** With what is hard to bring back: holes, rights that forbid, links, attributes, names that are no text. */
function makeTree(): string {
  const root = temporaryDirectory();
  fs.mkdirSync(join(root, 'etc', 'empty'), { recursive: true });
  fs.writeFileSync(join(root, 'etc', 'large'), randomBytes(9_000_000));
  fs.linkSync(join(root, 'etc', 'large'), join(root, 'etc', 'second-name'));
  fs.writeFileSync(join(root, 'etc', 'nothing'), '');
  fs.writeFileSync(join(root, 'etc', 'holes'), 'x');
  fs.truncateSync(join(root, 'etc', 'holes'), 3_000_000);
  fs.writeFileSync(join(root, 'shadow'), 'secret', { mode: 0o000 });
  fs.writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff, 0x41])]), 'no text');
  fs.symlinkSync('../nowhere', join(root, 'etc', 'link'));
  for (let i = 0; i < 100; i += 1) fs.writeFileSync(join(root, 'etc', `small-${i}`), `number ${i}`);
  setXattr(join(root, 'etc', 'large'), 'user.kind', Buffer.from('large'));
  fs.utimesSync(join(root, 'etc', 'nothing'), 1000.25, 2000.5);
  fs.chmodSync(join(root, 'etc', 'empty'), 0o500);
  return root;
}

async function backUp(id: string, sources: string[], time = TIME): Promise<void> {
  const certificates = fs.readFileSync(join(gateway.dataDirectory, 'tls/gateway.crt'), 'utf8');
  await runBackup({
    address: {
      ...{ host: '127.0.0.1', port: gateway.port, credential: gateway.admin },
      trust: { kind: 'authority', certificates },
    },
    datastore: MAIN,
    snapshot: { namespace: '' as NamespacePath, type: 'host', id: id as BackupId, time },
    ...{ sources: parseSources(sources), encode: {}, events: {}, signal: new AbortController().signal },
    monotonic: () => performance.now(),
  });
}

const drill = (id: string, time: number | null = TIME) =>
  admin().drill.run({ name: MAIN, group: { type: 'host', id: id as BackupId }, time });
const nameOf = (id: string, time = TIME) => `host/${id}/${formatSnapshotTime(time)}`;

function makeDisk(): string {
  const disk = join(temporaryDirectory(), 'disk');
  fs.writeFileSync(disk, randomBytes(5_000_000));
  fs.truncateSync(disk, 30_000_000);
  return disk;
}

test('a directory, an image and a small file come back, and every hash is equal', async () => {
  const tree = makeTree();
  const conf = join(temporaryDirectory(), 'conf');
  fs.writeFileSync(conf, 'setting = 1\n');
  await backUp('web', [`root.pxar:${tree}`, `disk.img:${makeDisk()}`, `web.conf:${conf}`]);
  const ended = await api.ended(await drill('web'));
  expect(ended).toMatchObject({ state: 'succeeded', error: null });
  // 105 files of the tree, its catalog, the image and the small file.
  expect(ended.outcome).toMatch(
    /^host\/web\/2023-11-14T22:13:20Z restored in .*: 108\sfiles, 40\.\d\sMiB, every hash equal\.$/,
  );
  const result = ended.result as DrillResult;
  expect(result).toMatchObject({ choice: 'named', restoredFiles: 108, problems: 0, encrypted: 0 });
  expect(result.hashes).toBeGreaterThan(105 + 7);
  const { reports, total } = await admin().drill.list({ name: MAIN });
  expect(total).toBe(1);
  expect(reports).toEqual([
    expect.objectContaining({
      ...{ id: ended.id, namespace: '', type: 'host', backupId: 'web', time: TIME, choice: 'named' },
      ...{ state: 'passed', problems: [], createdBy: 'admin@ibs', hashes: result.hashes },
    }),
  ]);
  expect(await admin().drill.get({ name: MAIN, id: ended.id })).toEqual(reports[0]);
  await expect(admin().drill.get({ name: MAIN, id: crypto.randomUUID() })).rejects.toMatchObject({
    cause: { code: 'DRILL_NOT_FOUND' },
  });
});

/** An image of one chunk over and over: as large as one likes, and small in the datastore. */
async function backUpAlike(id: string, count: number): Promise<void> {
  const one = randomPiece(CHUNK_BYTES);
  const session = await gateway.backup({ id, time: TIME });
  const size = count * CHUNK_BYTES;
  const { data: wid } = await granted(createIndex(session, 'fixed', 'disk.img.fidx', { size }));
  await granted(uploadChunk(session, 'fixed', wid, one));
  const digests = Array.from({ length: count }, () => one.digest);
  for (let from = 0; from < count; from += 5000) {
    const part = digests.slice(from, from + 5000);
    const offsets = part.map((_, at) => (from + at) * CHUNK_BYTES);
    await granted(append(session, 'fixed', wid, part, offsets));
  }
  const csum = fixedChecksum(digests);
  await granted(closeIndex(session, 'fixed', wid, { count, size, csum }));
  await complete(session, { id, time: TIME }, [{ filename: 'disk.img.fidx', size, csum }]);
  await session.drop();
}

test('what does not fit into the scratch directory is refused before anything is written', async () => {
  const { bavail, bsize } = fs.statfsSync(gateway.dataDirectory);
  await backUpAlike('huge', Math.ceil((bavail * bsize) / CHUNK_BYTES) + 1);
  const snapshot = {
    namespace: '' as NamespacePath,
    type: 'host' as const,
    id: 'huge' as BackupId,
    time: TIME,
  };
  const { roomBytes, neededBytes } = await admin().drill.room({ name: MAIN, snapshot });
  expect(neededBytes).toBeGreaterThan(roomBytes);
  expect(await admin().drill.room({ name: MAIN })).toMatchObject({ neededBytes: null });
  const ended = await api.ended(await drill('huge'));
  expect(ended).toMatchObject({ state: 'failed', error: { code: 'SCRATCH_FULL' } });
  expect(ended.outcome).toMatch(/has .* free, and the drill needs .* and 256.MiB in reserve\.$/);
  expect(await gateway.db.select().from(drillReport).where(eq(drillReport.id, ended.id))).toEqual([]);
});

describe('one that takes a while', () => {
  async function restoring(id: string): Promise<string> {
    const { taskId } = await drill(id);
    await expect
      .poll(async () => (await admin().task.get({ id: taskId })).progress?.phase, {
        interval: 20,
        timeout: 15_000,
      })
      .toBe('Restore');
    expect(fs.readdirSync(scratch())).toHaveLength(1);
    return taskId;
  }

  test('is cancelled: what was restored is gone, and there is no report', async () => {
    await backUpAlike('long', 150);
    const id = await restoring('long');
    await admin().task.cancel({ id });
    const ended = await api.ended({ taskId: id });
    expect(ended.state).toBe('cancelled');
    expect(ended.outcome).toMatch(/^Cancelled\. What was restored so far is removed/);
    expect(fs.readdirSync(scratch())).toEqual([]);
    expect(await gateway.db.select().from(drillReport).where(eq(drillReport.id, id))).toEqual([]);
  });

  test('starts again when its worker is stopped, and what dead workers left behind is removed', async () => {
    const id = await restoring('long');
    await gateway.stopWorker();
    const left = join(scratch(), `drill.${crypto.randomUUID()}.${id}`, 'disk.img.fidx');
    fs.mkdirSync(left, { recursive: true });
    fs.writeFileSync(join(left, 'restored'), 'x');
    await gateway.startWorker();
    await expect.poll(() => fs.existsSync(left), { timeout: 15_000 }).toBe(false);
    const ended = await api.ended({ taskId: id });
    expect(ended).toMatchObject({
      state: 'warnings',
      result: { restoredBytes: 150 * CHUNK_BYTES, hashes: 150 },
    });
    expect(ended.outcome).toMatch(/every hash equal\. \(Attempt 2/);
  });
});

test('by schedule it drills a random snapshot, as the server itself', async () => {
  const disk = join(temporaryDirectory(), 'small');
  fs.writeFileSync(disk, randomBytes(100_000));
  await backUp('scheduled', [`disk.img:${disk}`]);
  await admin().datastore.updateJob({ name: MAIN, kind: 'drill', schedule: 'hourly' });
  await gateway.ask({ ask: 'tick', now: Date.now() + 2 * 3_600_000 });
  const { tasks } = await admin().task.list({
    datastore: MAIN,
    kinds: ['datastore.drill'],
    createdBy: 'system',
  });
  expect(tasks).toHaveLength(1);
  const ended = await api.ended({ taskId: tasks[0]?.id ?? '' });
  expect(ended).toMatchObject({ state: 'succeeded', result: { choice: 'random', problems: 0 } });
  const { jobs } = await admin().datastore.jobs({ name: MAIN });
  expect(jobs.find(({ kind }) => kind === 'drill')?.last).toMatchObject({
    taskId: ended.id,
    state: 'succeeded',
  });
  await admin().datastore.updateJob({ name: MAIN, kind: 'drill', schedule: null });
});

describe('choosing', () => {
  async function backUpEncrypted(id: string, time: number): Promise<void> {
    const session = await gateway.backup({ id, time });
    const sealed = piece(randomBytes(500), encryptedBlob(randomBytes(500)));
    const archive = await sendArchive(session, 'root.pxar.didx', [sealed]);
    await complete(session, { id, time }, [{ ...archive, 'crypt-mode': 'encrypt' }]);
    await session.drop();
  }

  test('an encrypted snapshot that is named fails with words that say why', async () => {
    await backUpEncrypted('sealed', TIME);
    const ended = await api.ended(await drill('sealed'));
    expect(ended).toMatchObject({ state: 'failed', error: { code: 'ARCHIVE_ENCRYPTED' } });
    expect(ended.outcome).toBe('The snapshot is encrypted: the server cannot restore it.');
    const snapshot = {
      namespace: '' as NamespacePath,
      type: 'host' as const,
      id: 'sealed' as BackupId,
      time: TIME,
    };
    await expect(admin().drill.room({ name: MAIN, snapshot })).rejects.toMatchObject({
      cause: { code: 'ARCHIVE_ENCRYPTED' },
    });
    const random = await api.ended(await drill('sealed', null));
    expect(random).toMatchObject({ state: 'warnings' });
    expect(random.outcome).toMatch(/^All there is \(1 snapshot\) is encrypted/);
  });

  test('at random it falls on what the server can restore', async () => {
    await backUp('mixed', [`disk.img:${makeDisk()}`]);
    for (const minute of [1, 2, 3]) await backUpEncrypted('mixed', TIME + 60 * minute);
    const ended = await api.ended(await drill('mixed', null));
    expect(ended).toMatchObject({
      state: 'succeeded',
      result: { backupId: 'mixed', time: TIME, choice: 'random' },
    });
  });

  test('where there is nothing, nothing is restored', async () => {
    const ended = await api.ended(await admin().drill.run({ name: 'bare' as DatastoreName }));
    expect(ended).toMatchObject({ state: 'succeeded' });
    expect(ended.outcome).toBe('There is no finished snapshot: nothing was restored.');
  });
});

test('a damaged chunk fails the drill, is named, and is set aside as by a verification', async () => {
  const disk = makeDisk();
  await backUp('hurt', [`disk.img:${disk}`]);
  const index = fs.readFileSync(`${gateway.path()}/${nameOf('hurt')}/disk.img.fidx`);
  const digest = index.subarray(4096, 4096 + 32).toString('hex');
  const path = `${gateway.path()}/.chunks/${digest.slice(0, 4)}/${digest}`;
  const bytes = fs.readFileSync(path);
  bytes[100] = (bytes[100] ?? 0) ^ 1;
  fs.writeFileSync(path, bytes);
  const ended = await api.ended(await drill('hurt'));
  await gateway.expectError(/a chunk is damaged/);
  expect(ended).toMatchObject({ state: 'failed', error: { code: 'DATA_CORRUPT' } });
  expect(ended.outcome).toContain(`The restore drill of ${nameOf('hurt')} failed after`);
  expect(ended.outcome).toMatch(/: 1 problem\. disk\.img: The archive cannot be restored at byte 0/);
  expect(ended.log).toContainEqual(expect.stringContaining(`disk.img.fidx needs the chunk ${digest}`));
  expect(ended.log).toContainEqual(expect.stringMatching(`^error: ${nameOf('hurt')}: disk\\.img: `));
  const { reports } = await admin().drill.list({ name: MAIN, limit: 1 });
  expect(reports[0]).toMatchObject({
    id: ended.id,
    state: 'failed',
    problems: [expect.stringContaining('disk.img')],
  });
  const rows = await gateway.db.select().from(damagedChunk).where(eq(damagedChunk.digest, digest));
  expect(rows).toHaveLength(1);
  await backUp('hurt', [`disk.img:${disk}`], TIME + 60);
  expect((await api.ended(await drill('hurt', TIME + 60))).state).toBe('succeeded');
});
