import { beforeEach, describe, expect, test } from 'vitest';
import { MemoryBackend } from '#testing/memory-backend.ts';
import { openTestStore, testClock } from '#testing/open-store.ts';
import {
  backUp,
  fileName,
  manifestBlob,
  randomPieces,
  snapshotRef,
  TEST_TIME,
} from '#testing/session-client.ts';
import { chunkKey } from '../chunks/chunk-key.ts';
import { encodeBlob } from '../chunks/data-blob.ts';
import { digestOf } from '../chunks/digest.ts';
import type { Datastore } from '../datastore.ts';
import { fileKey, manifestKey, readManifest } from '../hierarchy/snapshots.ts';
import { groupPlace } from '../locks/places.ts';
import { type AuditOptions, auditDatastore } from './audit-datastore.ts';

const SNAPSHOT = snapshotRef('web');
const GROUP = 'host/web';
const AT = `${GROUP}/2023-11-14T22:13:20Z`;
const _UNFINISHED = `${GROUP}/2023-11-14T22:13:21Z`;

function audit(store: Datastore, options: Partial<AuditOptions> = {}) {
  return auditDatastore(store, {
    deep: false,
    signal: new AbortController().signal,
    report: () => {},
    ...options,
  });
}

/** `severity code where` of each finding, in order. */
async function findings(store: Datastore, options?: Partial<AuditOptions>): Promise<string[]> {
  const report = await audit(store, options);
  return report.findings.map(({ severity, code, where }) => `${severity} ${code} ${where}`).sort();
}

describe('of a snapshot', () => {
  let backend: MemoryBackend;
  let store: Datastore;
  let pieces: Buffer[];
  beforeEach(async () => {
    backend = new MemoryBackend(testClock().now);
    store = await openTestStore({ backend });
    pieces = randomPieces(2);
    await backUp(store, SNAPSHOT, pieces);
  });

  const digest = () => digestOf(pieces[0] ?? Buffer.alloc(0));

  test('a missing file, a changed one and a manifest that cannot be read', async () => {
    await backend.remove(fileKey(SNAPSHOT, 'root.pxar.didx'));
    await backend.put(fileKey(SNAPSHOT, 'host.conf.blob'), encodeBlob(Buffer.from('x'), { compress: false }));
    expect((await audit(store)).findings).toMatchObject([
      { code: 'file-missing', invariant: 1, where: AT, what: 'root.pxar.didx is missing.' },
      { code: 'file-damaged', where: AT, what: 'host.conf.blob is not what the manifest says.' },
    ]);
    await backend.put(manifestKey(SNAPSHOT), Buffer.from('nonsense'));
    expect(await findings(store)).toEqual([`error manifest-damaged ${AT}`]);
  });

  test('a missing chunk, a torn one, and with deep one whose content is another', async () => {
    const key = chunkKey(digest());
    const whole = await backend.get(key, 1e6);
    await backend.remove(key);
    expect(await findings(store)).toEqual([`error chunk-missing ${AT}`]);
    await backend.put(key, Buffer.alloc(0));
    expect(await findings(store)).toEqual([`error chunk-damaged ${AT}`]);
    await backend.put(key, encodeBlob(Buffer.from('other'), { compress: false }));
    expect(await findings(store)).toEqual([]);
    expect(await findings(store, { deep: true })).toEqual([`error chunk-damaged ${AT}`]);
    await backend.put(key, whole);
    expect(await findings(store, { deep: true })).toEqual([]);
  });

  test('a chunk whose directory is missing', async () => {
    await backend.removeTree(`.chunks/${digest().slice(0, 4)}`);
    const told: unknown[] = [];
    const found = await findings(store, { deep: true, damaged: async (place) => void told.push(place) });
    expect(found).toEqual([
      `error chunk-directory-missing .chunks/${digest().slice(0, 4)}`,
      `error chunk-missing ${AT}`,
    ]);
    expect(told).toEqual([]); // that would be of no use: storage is gone, and not a chunk
  });

  test('each damaged chunk is told once, with the place where it was seen first', async () => {
    await backUp(store, snapshotRef('web', TEST_TIME + 1), pieces);
    await backend.put(chunkKey(digest()), Buffer.from('nonsense, but long enough'));
    const told: unknown[] = [];
    await audit(store, { deep: true, damaged: async (place) => void told.push(place) });
    const snapshot = snapshotRef('web', TEST_TIME + 1);
    expect(told).toEqual([{ snapshot, file: 'root.pxar.didx', digest: digest() }]);
  });

  test('a blob that is larger than any may be is not read, whatever its manifest claims', async () => {
    const { files } = await readManifest(backend, SNAPSHOT);
    const sizeBytes = 200 * 1024 * 1024;
    const huge = {
      name: fileName('huge.blob'),
      sizeBytes,
      checksum: '0'.repeat(64),
      cryptMode: 'none' as const,
    };
    await backend.put(manifestKey(SNAPSHOT), manifestBlob(SNAPSHOT, [...files, huge]));
    await backend.put(fileKey(SNAPSHOT, 'huge.blob'), Buffer.alloc(0));
    const open = backend.open.bind(backend);
    let bytesRead = 0;
    backend.open = async (key) => {
      if (!key.endsWith('huge.blob')) return open(key);
      const read = async (target: Uint8Array) => {
        bytesRead += target.length;
      };
      return { sizeBytes, read, close: async () => {} };
    };
    const [finding, ...others] = (await audit(store)).findings;
    expect(finding).toMatchObject({
      code: 'file-damaged',
      what: expect.stringMatching(/^huge.blob is larger/),
    });
    expect({ others, bytesRead }).toEqual({ others: [], bytesRead: 0 });
  });

  test('two indexes that give one chunk different sizes: one of them is wrong', async () => {
    const shifted = Buffer.concat([pieces[0] ?? Buffer.alloc(0), Buffer.from('!')]);
    await backUp(store, snapshotRef('other'), [shifted]);
    const name = 'host/other/2023-11-14T22:13:20Z/root.pxar.didx';
    const index = Buffer.from(await backend.get(name, 1e6));
    index.set(Buffer.from(digest(), 'hex'), 4096 + 8);
    await backend.put(name, index);
    const entries = index.subarray(4096);
    const manifest = await readManifest(backend, snapshotRef('other'));
    const files = manifest.files.map((file) =>
      file.name === 'root.pxar.didx' ? { ...file, checksum: digestOf(entries) } : file,
    );
    await backend.put(manifestKey(snapshotRef('other')), manifestBlob(snapshotRef('other'), files));
    const { findings: found } = await audit(store);
    expect(found).toMatchObject([
      { code: 'file-damaged', where: AT, what: expect.stringContaining('has 3001 bytes in another index') },
    ]);
  });

  test('an owner file that is missing or names nobody', async () => {
    await backend.put(`${GROUP}/owner`, Buffer.from('nobody'));
    expect(await findings(store)).toEqual(['error owner-malformed host/web']);
    await backend.remove(`${GROUP}/owner`);
    expect(await findings(store)).toEqual(['error owner-missing host/web']);
  });

  test('what somebody removes at this moment is no leftover', async () => {
    await backend.rename(AT, `${GROUP}/.2023-11-14T22:13:20Z.deleting`);
    using _lock = store.locks.exclusive(groupPlace(SNAPSHOT), 'removal');
    expect(await findings(store)).toEqual([]);
  });

  test('a thousand warnings hide no error', async () => {
    for (let number = 0; number < 1500; number += 1) await backend.put(`junk-${number}`, Buffer.alloc(0));
    await backend.remove(chunkKey(digest()));
    const report = await audit(store);
    expect(report).toMatchObject({ errors: 1, warnings: 1500 });
    expect(report.findings.filter(({ severity }) => severity === 'error')).toHaveLength(1);
  });

  test('progress tells how much there is to do', async () => {
    const phases = new Map<string, unknown>();
    await audit(store, { report: ({ phase, ...progress }) => phases.set(phase, progress) });
    expect([...phases]).toEqual([
      ['Names', { done: 1, unit: 'groups' }],
      ['Snapshots', { done: 2, total: 2, unit: 'chunks' }],
      ['Chunk files', { done: 65_504, total: 65_536, unit: 'directories' }],
    ]);
  });
});
