import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { MemoryBackend } from '#testing/memory-backend.ts';
import { localBackend, openTestStore, testClock } from '#testing/open-store.ts';
import { backUp, randomPieces, snapshotRef, TEST_TIME } from '#testing/session-client.ts';
import { temporaryDirectory } from '#testing/temporary-directory.ts';
import type { LocalBackend } from '../backends/local/local-backend.ts';
import { groupExists, listGroups } from './groups.ts';
import { isDeletingName } from './layout.ts';
import { listNamespaces, namespaceExists } from './namespaces.ts';
import { removeLeftovers } from './remove-snapshot.ts';
import { listSnapshots } from './snapshots.ts';

/** What others put into a datastore is skipped, and stays. */

/** The directories of a datastore that has one snapshot and one namespace. */
function directories(): LocalBackend {
  const backend = localBackend(temporaryDirectory());
  onTestFinished(() => backend.close());
  for (const name of ['host/elsa/2023-11-14T22:13:20Z', 'ns/a']) {
    fs.mkdirSync(join(backend.path, name), { recursive: true });
  }
  return backend;
}

test('files that have the names of directories are skipped at every level', async () => {
  const backend = directories();
  for (const name of [
    'vm',
    'host/file',
    'host/elsa/2026-05-02T08:11:33Z',
    'ns/file',
    'ns/a/ns',
    'ns/a/host',
  ]) {
    fs.writeFileSync(join(backend.path, name), '');
  }
  fs.symlinkSync('/dev/null', join(backend.path, 'ct'));
  fs.symlinkSync('/dev/null', join(backend.path, 'ns/a/ct'));
  const virtual = { ...snapshotRef('1'), type: 'vm' as const };

  expect(await listNamespaces(backend)).toEqual(['', 'a']);
  expect((await listGroups(backend, '' as never)).map(({ id }) => id)).toEqual(['elsa']);
  expect(await listGroups(backend, 'a' as never)).toEqual([]);
  expect((await listSnapshots(backend, snapshotRef('elsa'))).map(({ time }) => time)).toEqual([TEST_TIME]);
  expect(await listSnapshots(backend, virtual)).toEqual([]);
  expect(await groupExists(backend, snapshotRef('file'))).toBe(false);
  expect(await groupExists(backend, virtual)).toBe(false);
  expect(await namespaceExists(backend, 'file' as never)).toBe(false);
  expect(await namespaceExists(backend, 'a/b' as never)).toBe(false);
});

test('storage that does not answer is no foreign file', async () => {
  const backend = directories();
  const list = (key: string) =>
    key === 'host' ? Promise.reject(new Error('gone')) : Promise.resolve(backend.list(key));
  const silent = Object.assign(Object.create(backend), { list });
  await expect(listGroups(silent, '' as never)).rejects.toThrow('gone');
});

test('only names that a removal makes are taken for what it has left', async () => {
  const store = await openTestStore({ backend: new MemoryBackend(testClock().now) });
  await backUp(store, snapshotRef('elsa'), randomPieces(1));
  const ours = '.2026-05-02T08:11:33Z.deleting';
  const foreign = ['..deleting', '.2026-02-30T00:00:00Z.deleting', '.archive.deleting'];
  expect([ours, ...foreign].map(isDeletingName)).toEqual([true, false, false, false]);
  for (const name of [ours, ...foreign]) await store.backend.makeDirectory(`host/elsa/${name}`);
  expect(await removeLeftovers(store, snapshotRef('elsa'))).toBe(1);
  const names = (await store.backend.list('host/elsa')).map(({ name }) => name);
  expect(names.filter((name) => name.endsWith('.deleting')).sort()).toEqual(foreign);
});
