import { beforeEach, expect, test } from 'vitest';
import { findArchive, openArchiveIndex, readBlobFile, readManifest } from '#client/restore/open-archive.ts';
import { isBackupError } from '#domain/errors.ts';
import { auditDatastore } from '#engine/audit/audit-datastore.ts';
import { findEarlier } from '#engine/backup/previous-snapshot.ts';
import { encodeBlob } from '#engine/chunks/data-blob.ts';
import type { Datastore } from '#engine/datastore.ts';
import { collectGarbage } from '#engine/gc/collect.ts';
import { encodeManifest, type Manifest, parseManifest } from '#engine/hierarchy/manifest.ts';
import { fileKey, manifestKey, readSnapshotInfo } from '#engine/hierarchy/snapshots.ts';
import { verifySnapshots } from '#engine/verify/verify-snapshots.ts';
import { storedSnapshot } from '#worker/drill/stored-snapshot.ts';
import { MemoryBackend } from './memory-backend.ts';
import { openTestStore, testClock } from './open-store.ts';
import { backUp, randomPieces, snapshotRef, TEST_TIME } from './session-client.ts';

/**
 * What is wrong with a manifest, row by row: who finds it, with which words, and that nothing else is lost by it. Below it
 * lies a sound snapshot, which must stay so; every chunk must still be there when a collection has been.
 */

const HOUR_MS = 3_600_000;
const SOUND = snapshotRef('web', TEST_TIME - 3600);
const HARMED = snapshotRef('web');
const NEXT = snapshotRef('web', TEST_TIME + 3600);
const INDEX = 'root.pxar.didx';
const BLOB = 'host.conf.blob';
const never = new AbortController().signal;

type Json = Manifest['json'];
type Entry = Json['files'][number];

interface Row {
  /** Does the harm; returns the bytes of the manifest when it is not of the form that a table of them could tell. */
  harm: (json: Json) => Json | Buffer | Promise<Json | Buffer>;
  /** What lists say of it: unfinished, the words of its damage, or nothing. */
  list?: RegExp | 'unfinished';
  /** Codes of the audit, with the file when it is about one. */
  audit: string[];
  /** Of a restore of each file: the code that it ends with, or whole. */
  restore: { index: string; blob: string };
  /** A verification has nothing against it. */
  verified?: true;
}

let clock: ReturnType<typeof testClock>;
let memory: MemoryBackend;
let store: Datastore;

beforeEach(async () => {
  clock = testClock(TEST_TIME * 1000);
  memory = new MemoryBackend(clock.now);
  store = await openTestStore({ backend: memory, clock });
  await backUp(store, SOUND, randomPieces(2));
  await backUp(store, HARMED, randomPieces(2));
});

const WHOLE = 'whole';
const CORRUPT = { index: 'DATA_CORRUPT', blob: 'DATA_CORRUPT' };
const OTHER_SUM = 'ab'.repeat(32);

/** The entry of a file, changed. */
const entry = (name: string, change: Partial<Entry>) => (json: Json) => ({
  ...json,
  files: json.files.map((file) => (file.filename === name ? { ...file, ...change } : file)),
});

const ROWS: Record<string, Row> = {
  'it is missing': {
    harm: async (json) => {
      await memory.remove(manifestKey(HARMED));
      return json;
    },
    list: 'unfinished',
    audit: [],
    restore: { index: 'ARCHIVE_NOT_FOUND', blob: 'ARCHIVE_NOT_FOUND' },
  },
  'it is empty': {
    harm: () => Buffer.alloc(0),
    list: /damaged/i,
    audit: ['manifest-damaged'],
    restore: CORRUPT,
  },
  'it is cut short': {
    harm: (json) => encodeManifest(json).subarray(0, 60),
    list: /damaged|corrupt/i,
    audit: ['manifest-damaged'],
    restore: CORRUPT,
  },
  'one of its bits has flipped': {
    harm: (json) => {
      const bytes = Buffer.from(encodeManifest(json));
      bytes[bytes.length - 5] = (bytes.at(-5) ?? 0) ^ 1;
      return bytes;
    },
    list: /damaged|checksum/i,
    audit: ['manifest-damaged'],
    restore: CORRUPT,
  },
  'it is no JSON': {
    harm: () => encodeBlob(Buffer.from('name: web'), { compress: true }),
    list: /not JSON/,
    audit: ['manifest-damaged'],
    restore: CORRUPT,
  },
  'it names a file twice': {
    harm: (json) => ({ ...json, files: [...json.files, ...json.files.slice(0, 1)] }),
    list: /names a file twice/,
    audit: ['manifest-damaged'],
    restore: CORRUPT,
  },
  'it names a file that leads elsewhere': {
    harm: entry(BLOB, { filename: '../../owner.blob' }),
    list: /not allowed/,
    audit: ['manifest-damaged'],
    restore: CORRUPT,
  },
  'it is that of another machine': {
    harm: (json) => ({ ...json, 'backup-id': 'mail' }),
    list: /./,
    audit: ['manifest-damaged'],
    restore: CORRUPT,
  },
  'it is that of another time': {
    harm: (json) => ({ ...json, 'backup-time': TEST_TIME - 60 }),
    list: /./,
    audit: ['manifest-damaged'],
    restore: CORRUPT,
  },
  'the checksum of an index is another': {
    harm: entry(INDEX, { csum: OTHER_SUM }),
    audit: ['file-damaged'],
    restore: { index: 'DATA_CORRUPT', blob: WHOLE },
  },
  'the size of an index is another': {
    harm: entry(INDEX, { size: 6001 }),
    audit: ['file-damaged'],
    restore: { index: 'DATA_CORRUPT', blob: WHOLE },
  },
  'the checksum of a blob is another': {
    harm: entry(BLOB, { csum: OTHER_SUM }),
    audit: ['file-damaged'],
    restore: { index: WHOLE, blob: 'DATA_CORRUPT' },
  },
  'the size of a blob is another': {
    harm: entry(BLOB, { size: 9 }),
    audit: ['file-damaged'],
    restore: { index: WHOLE, blob: 'DATA_CORRUPT' },
  },
  'an index that it names is missing': {
    harm: async (json) => {
      await memory.remove(fileKey(HARMED, INDEX));
      return json;
    },
    audit: ['file-missing'],
    restore: { index: 'ARCHIVE_NOT_FOUND', blob: WHOLE },
  },
  'a blob that it names is missing': {
    harm: async (json) => {
      await memory.remove(fileKey(HARMED, BLOB));
      return json;
    },
    audit: ['file-missing'],
    restore: { index: WHOLE, blob: 'ARCHIVE_NOT_FOUND' },
  },
  'beside its files lies one that it does not name': {
    harm: (json) => ({ ...json, files: json.files.filter(({ filename }) => filename !== BLOB) }),
    audit: ['file-unnamed'],
    restore: { index: WHOLE, blob: 'ARCHIVE_NOT_FOUND' },
    verified: true,
  },
};

test.each(Object.entries(ROWS))('%s', async (name, row) => {
  const { json } = parseManifest(await memory.get(manifestKey(HARMED), 1e6));
  const harmed = await row.harm(json);
  if (row.list !== 'unfinished') {
    await memory.put(manifestKey(HARMED), Buffer.isBuffer(harmed) ? harmed : encodeManifest(harmed));
  }

  const listed = await readSnapshotInfo(memory, HARMED);
  if (row.list === 'unfinished') expect(listed).toMatchObject({ finished: false });
  else if (row.list) expect(listed?.damage).toMatch(row.list);
  else expect(listed).toMatchObject({ finished: true, damage: null });
  expect(await codes()).toEqual(row.audit);
  expect({ index: await restored(INDEX), blob: await restored(BLOB) }).toEqual(row.restore);

  // As it lies there a client could build on what it names; a verification, and what needs none, see to it.
  const before = await memory.get(manifestKey(HARMED), 1e6).catch(() => null);
  const report = await verify();
  expect(report.failed).toEqual(row.verified || row.list === 'unfinished' ? [] : [HARMED]);
  expect(report.sound).toBe(row.verified ? 2 : 1);
  if (row.list && before) expect(await memory.get(manifestKey(HARMED), 1e6)).toEqual(before);
  const { usable } = await findEarlier(store, NEXT);
  expect(usable).toEqual(row.verified ? HARMED : row.list === 'unfinished' ? SOUND : null);

  const chunks = stored();
  expect(chunks).toHaveLength(4);
  clock.advance(1000 * HOUR_MS);
  // Without its index nothing tells what the snapshot needed, and without its manifest nothing asks for it.
  const isLost = name === 'an index that it names is missing';
  await collect();
  expect(stored()).toHaveLength(isLost ? 2 : 4);
  expect(await restoredOf(SOUND, INDEX)).toBe(WHOLE);
});

async function codes(): Promise<string[]> {
  const { findings } = await auditDatastore(store, { deep: false, signal: never, report: () => {} });
  return findings.map(({ code }) => code);
}

const restored = (file: string) => restoredOf(HARMED, file);

/** Opens a file of a snapshot as a restore does, and reads it to its end. */
async function restoredOf(snapshot: typeof HARMED, file: string): Promise<string> {
  const source = storedSnapshot(store, snapshot, () => {});
  try {
    const found = findArchive(await readManifest(source, snapshot), file);
    if (file === BLOB) await readBlobFile(source, found);
    else await openArchiveIndex(source, found);
    return WHOLE;
  } catch (error) {
    if (isBackupError(error)) return error.code;
    throw error;
  }
}

function verify() {
  return verifySnapshots(store, [HARMED, SOUND], {
    ...{ upid: 'UPID:test', budgetBytes: null, signal: never, report: () => {} },
    ...{ damaged: async () => {}, verified: async () => {}, skipped: () => {} },
  });
}

function collect() {
  return collectGarbage(store, {
    ...{ dryRun: false, graceSeconds: 24 * 3600, expectedSnapshots: null, storedBytes: null, signal: never },
    ...{ tryAccessTime: async () => null, report: () => {}, warn: () => {}, missing: async () => {} },
  });
}

function stored(): string[] {
  return [...memory.objects.keys()].filter((key) => /^\.chunks\/.*\/[0-9a-f]{64}$/.test(key));
}
