import { scryptSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { isBackupError } from '#domain/errors.ts';
import { type ArchiveFileName, type BackupId, ROOT_NAMESPACE, type SnapshotRef } from '#domain/ids.ts';
import { cryptConfigOf } from '../chunks/crypt-config.ts';
import { encodeBlob } from '../chunks/data-blob.ts';
import {
  canonicalJson,
  encodeManifest,
  manifestJson,
  parseManifest,
  signManifest,
  withUnprotected,
} from './manifest.ts';

const SNAPSHOT: SnapshotRef = {
  namespace: ROOT_NAMESPACE,
  type: 'host',
  id: 'elsa' as BackupId,
  time: 1593179765,
};
const DRAFT = manifestJson({
  snapshot: SNAPSHOT,
  files: [
    {
      name: 'test1.img.fidx' as ArchiveFileName,
      sizeBytes: 200,
      checksum: '01'.repeat(32),
      cryptMode: 'encrypt',
    },
    { name: 'abc.blob' as ArchiveFileName, sizeBytes: 200, checksum: '02'.repeat(32), cryptMode: 'none' },
  ],
});

test('golden vector: the signature of a manifest', () => {
  const key = scryptSync('test', '', 32, { N: 65536, r: 8, p: 1, maxmem: 256 * 1024 * 1024 });
  expect(signManifest(DRAFT, cryptConfigOf(key))).toBe(
    'd7b446fb7db081662081d4b40fedd858a1d6307a5aff4ecff7d5bf4fd35679e9',
  );
});

test('canonical text has sorted keys and no white space', () => {
  expect(canonicalJson({ b: [1, 'ä', true], a: { y: 1, x: '"' } })).toBe(
    '{"a":{"x":"\\"","y":1},"b":[1,"ä",true]}',
  );
  expect(() => canonicalJson({ a: null })).toThrow();
});

test('a manifest survives being written and read, with keys that nobody knows', () => {
  const json = { ...DRAFT, future: { deep: [1] }, unprotected: { notes: 'line 1\nline 2', 'other-key': 1 } };
  const manifest = parseManifest(encodeManifest(json));
  expect(manifest).toMatchObject({ type: 'host', id: 'elsa', time: 1593179765, signed: false });
  expect(manifest.files).toHaveLength(2);
  const changed = parseManifest(encodeManifest(withUnprotected(manifest, { notes: 'new' })));
  expect(changed.json).toMatchObject({
    future: { deep: [1] },
    unprotected: { notes: 'new', 'other-key': 1 },
  });
});

describe('a hostile or broken manifest is named damage', () => {
  const variants: Record<string, unknown> = {
    'not JSON': 'text',
    'an array': [],
    'no files': { ...DRAFT, files: undefined },
    'a path as file name': {
      ...DRAFT,
      files: [{ filename: '../owner.blob', size: 1, csum: '00'.repeat(32) }],
    },
    'an absolute file name': {
      ...DRAFT,
      files: [{ filename: '/etc/x.blob', size: 1, csum: '00'.repeat(32) }],
    },
    'a foreign extension': { ...DRAFT, files: [{ filename: 'owner', size: 1, csum: '00'.repeat(32) }] },
    'a short checksum': { ...DRAFT, files: [{ filename: 'a.blob', size: 1, csum: '' }] },
    'a negative size': { ...DRAFT, files: [{ filename: 'a.blob', size: -1, csum: '00'.repeat(32) }] },
    'a size above 2^53': { ...DRAFT, files: [{ filename: 'a.blob', size: 2 ** 60, csum: '00'.repeat(32) }] },
    'the same file twice': {
      ...DRAFT,
      files: [
        { filename: 'a.blob', size: 1, csum: '00'.repeat(32) },
        { filename: 'a.blob', size: 1, csum: '00'.repeat(32) },
      ],
    },
    'a bad type': { ...DRAFT, 'backup-type': 'qemu' },
    'a bad id': { ...DRAFT, 'backup-id': '../x' },
    'a time of text': { ...DRAFT, 'backup-time': 'now' },
  };
  for (const [name, value] of Object.entries(variants)) {
    test(name, () => {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      const blob = encodeBlob(Buffer.from(text), { compress: true });
      expect(() => parseManifest(blob)).toThrow(expect.objectContaining({ code: 'DATA_CORRUPT' }));
    });
  }

  test('an encrypted blob', () => {
    const blob = encodeBlob(Buffer.from(JSON.stringify(DRAFT)), { compress: true, key: Buffer.alloc(32, 1) });
    try {
      parseManifest(blob);
      expect.unreachable();
    } catch (error) {
      expect(isBackupError(error, 'DATA_CORRUPT')).toBe(true);
    }
  });

  test('a list of millions, and text that unpacks to more than any manifest needs, without looking at all of it', () => {
    const { files: _, ...rest } = DRAFT as Record<string, unknown>;
    const head = JSON.stringify(rest).slice(0, -1);
    const many = `${head},"files":[${'1,'.repeat(1_000_000)}1]}`;
    const large = `${head},"files":[],"more":"${' '.repeat(8 * 1024 * 1024)}"}`;
    for (const text of [many, large]) {
      const started = process.threadCpuUsage();
      const blob = encodeBlob(Buffer.from(text), { compress: true });
      expect(() => parseManifest(blob)).toThrow(expect.objectContaining({ code: 'DATA_CORRUPT' }));
      expect(process.threadCpuUsage(started).user / 1000).toBeLessThan(1000);
    }
  });
});
