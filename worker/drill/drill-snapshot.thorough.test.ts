import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { runBackup } from '#client/backup/run-backup.ts';
import { parseSources } from '#client/backup/sources.ts';
import { D_METADATA, D_PAYLOAD } from '#client/pxar/fixtures/golden.ts';
import type { SnapshotSource } from '#client/restore/snapshot-source.ts';
import type { BackupId, NamespacePath } from '#domain/ids.ts';
import { temporaryDirectory } from '#testing/temporary-directory.ts';
import { testGateway } from '#testing/test-gateway.ts';
import { complete, sendArchive } from '#testing/wire/wire-backup.ts';
import { piece } from '#testing/wire/wire-blobs.ts';
import { drillSnapshot } from './drill-snapshot.ts';

/** A drill of a real backup whose restored files are changed on the disk before they are read back. */

const gateway = testGateway({ stores: ['main'] });
const snapshot = {
  namespace: '' as NamespacePath,
  type: 'host' as const,
  id: 'web' as BackupId,
  time: 1_700_000_000,
};
const directory = (id: string) => `${gateway.path()}/host/${id}/2023-11-14T22:13:20Z`;

beforeAll(async () => {
  const source = fs.mkdtempSync(join(gateway.dataDirectory, 'source-'));
  fs.mkdirSync(join(source, 'etc'));
  fs.writeFileSync(join(source, 'etc', 'passwd'), randomBytes(2_000_000));
  const disk = join(gateway.dataDirectory, 'disk');
  fs.writeFileSync(disk, randomBytes(9_000_000));
  const conf = join(gateway.dataDirectory, 'conf');
  fs.writeFileSync(conf, 'setting = 1\n');
  const certificates = fs.readFileSync(join(gateway.dataDirectory, 'tls/gateway.crt'), 'utf8');
  await runBackup({
    address: {
      ...{ host: '127.0.0.1', port: gateway.port, credential: gateway.admin },
      trust: { kind: 'authority', certificates },
    },
    ...{ datastore: 'main', snapshot, encode: {}, events: {}, signal: new AbortController().signal },
    sources: parseSources([`root.pxar:${source}`, `disk.img:${disk}`, `web.conf:${conf}`]),
    monotonic: () => performance.now(),
  });
});

/** Straight from the files of the datastore. */
const stored = (id: string): SnapshotSource => ({
  download: async (name) => fs.readFileSync(`${directory(id)}/${name}`),
  chunk: async (digest) => fs.readFileSync(`${gateway.path()}/.chunks/${digest.slice(0, 4)}/${digest}`),
});

/** `harm` comes between the restore and the comparison. */
async function drill(harm: (scratch: string) => void, of = snapshot) {
  const scratch = temporaryDirectory();
  const problems: string[] = [];
  let harmed = false;
  const report = await drillSnapshot(stored(of.id), {
    ...{ snapshot: of, scratch, monotonic: () => performance.now(), signal: new AbortController().signal },
    progress: ({ phase }) => {
      if (phase === 'Compare' && !harmed) harm(scratch);
      harmed ||= phase === 'Compare';
    },
    problem: (words) => problems.push(words),
    note: () => {},
  });
  expect(harmed).toBe(true);
  return { report, problems };
}

function flipBit(path: string, at: number): void {
  const fd = fs.openSync(path, 'r+');
  const byte = Buffer.alloc(1);
  fs.readSync(fd, byte, 0, 1, at);
  byte[0] = (byte[0] ?? 0) ^ 1;
  fs.writeSync(fd, byte, 0, 1, at);
  fs.closeSync(fd);
}

test('what the restore wrote is what was backed up', async () => {
  const { report, problems } = await drill(() => {});
  expect(problems).toEqual([]);
  // One file, the catalog in one chunk, the disk in three, the small file.
  expect(report).toMatchObject({ restoredFiles: 4, hashes: 1 + 1 + 3 + 1, encrypted: 0 });
  expect(report.restoredBytes).toBeGreaterThan(11_000_000);
});

test('a split archive is restored and compared as one, its content as well', async () => {
  const split = { id: 'split', time: snapshot.time };
  const session = await gateway.backup(split);
  const files = [
    await sendArchive(session, 'root.mpxar.didx', [piece(D_METADATA)]),
    await sendArchive(session, 'root.ppxar.didx', [piece(D_PAYLOAD)]),
  ];
  await complete(session, split, files);
  await session.drop();
  const of = { ...snapshot, id: 'split' as BackupId };
  const whole = await drill(() => {}, of);
  expect(whole.problems).toEqual([]);
  expect(whole.report.restoredFiles).toBeGreaterThan(0);
  expect(whole.report.hashes).toBe(whole.report.restoredFiles);
  const target = (scratch: string) => join(scratch, 'root.mpxar.didx');
  const harmed = await drill((scratch) => flipBit(firstFile(target(scratch)), 0), of);
  const words = 'root.mpxar: /file.txt: its content has the hash ';
  expect(harmed.problems).toContainEqual(expect.stringContaining(words));
});

function firstFile(root: string): string {
  const entries = fs.readdirSync(root, { withFileTypes: true, recursive: true });
  const found = entries.find((entry) => entry.isFile());
  return join(found?.parentPath ?? '', found?.name ?? '');
}

test.each<[string, (scratch: string) => void, string]>([
  [
    'a wrong bit in an image is found with its place',
    (scratch) => flipBit(join(scratch, 'disk.img.fidx'), 5_000_000),
    'disk.img: bytes 4194304 to 8388608 have the hash ',
  ],
  [
    'an image that is too short',
    (scratch) => fs.truncateSync(join(scratch, 'disk.img.fidx'), 8_999_999),
    'disk.img: it has 8999999 bytes, and 9000000 in the backup.',
  ],
  [
    'a wrong bit in a file of a directory',
    (scratch) => flipBit(join(scratch, 'root.pxar.didx', 'etc', 'passwd'), 1_000_000),
    'root.pxar: /etc/passwd: its content has the hash ',
  ],
  [
    'a file that is not there',
    (scratch) => fs.rmSync(join(scratch, 'root.pxar.didx', 'etc', 'passwd')),
    'root.pxar: /etc/passwd: it is not there.',
  ],
  [
    'a small file with something else in it',
    (scratch) => fs.writeFileSync(join(scratch, 'web.conf.blob'), 'setting = 2\n'),
    'web.conf: its content has the hash ',
  ],
  [
    'an archive that is gone altogether',
    (scratch) => fs.rmSync(join(scratch, 'disk.img.fidx')),
    'disk.img: it cannot be read back: ENOENT.',
  ],
])('%s', async (_what, harm, words) => {
  const { problems } = await drill(harm);
  expect(problems).toContainEqual(expect.stringContaining(words));
});
