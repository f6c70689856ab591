import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { BackupError } from '#domain/errors.ts';
import { faultyBackend } from '#testing/faulty-backend.ts';
import { MemoryBackend } from '#testing/memory-backend.ts';
import { localBackend } from '#testing/open-store.ts';
import { temporaryDirectory } from '#testing/temporary-directory.ts';
import type { ObjectBackend } from './backends/backend.ts';
import { completeProvision, provisionDatastore, undoProvision } from './provision.ts';

const CREATION = 'this-creation';

function provision(backend: ObjectBackend, controller = new AbortController(), report = () => {}) {
  const { signal } = controller;
  return provisionDatastore({ backend, uuid: randomUUID(), creationId: CREATION, now: 0, signal, report });
}

function memory(): MemoryBackend {
  return new MemoryBackend(() => 0);
}

async function namesIn(backend: ObjectBackend, directory = ''): Promise<string[]> {
  return (await backend.list(directory)).map(({ name }) => name).sort();
}

test('lays out a datastore, whole and without its marker in the end', async () => {
  const backend = memory();
  await provision(backend);
  await completeProvision(backend);
  expect(await namesIn(backend)).toEqual(['.chunks', '.ibs-identity.json', '.lock']);
  expect(backend.directories.get('.chunks')?.size).toBe(65_536);
});

test('chunks that are there are never touched, neither by the attempt nor by taking it back', async () => {
  const backend = memory();
  await backend.makeDirectory('.chunks');
  await backend.makeDirectory('.chunks/0000');
  await backend.put('.chunks/0000/precious', Buffer.from('x'));
  await expect(provision(backend)).rejects.toMatchObject({ code: 'DATASTORE_PATH_NOT_EMPTY' });
  expect(await undoProvision(backend, CREATION)).toBe(false);
  expect(await namesIn(backend)).toEqual(['.chunks']);
  expect(await namesIn(backend, '.chunks/0000')).toEqual(['precious']);
});

test('so is the lock file of somebody else, and the marker of another creation', async () => {
  for (const name of ['.lock', '.ibs-provisioning']) {
    const backend = memory();
    await backend.put(name, Buffer.from('foreign'));
    await expect(provision(backend)).rejects.toMatchObject({ code: 'DATASTORE_PATH_NOT_EMPTY' });
    expect(await undoProvision(backend, CREATION)).toBe(false);
    expect(await namesIn(backend)).toEqual([name]);
    expect(Buffer.from(await backend.get(name, 100)).toString()).toBe('foreign');
  }
});

test('chunks that came between the marker and a crash are not taken for its own', async () => {
  const backend = memory();
  await backend.put('.ibs-provisioning', Buffer.from(CREATION));
  await backend.makeDirectory('.chunks');
  await backend.put('.chunks/precious', Buffer.from('x'));
  expect(await undoProvision(backend, CREATION)).toBe(true);
  expect(await namesIn(backend, '.chunks')).toEqual(['precious']);
});

test('a creation that is cancelled is taken back whole', async () => {
  const backend = memory();
  const controller = new AbortController();
  const makeDirectory = backend.makeDirectory.bind(backend);
  backend.makeDirectory = (key) => {
    if (key === '.chunks/0123') controller.abort(new BackupError('CANCELLED', 'The task was cancelled.'));
    return makeDirectory(key);
  };
  await expect(provision(backend, controller)).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(await undoProvision(backend, 'another creation')).toBe(false);
  expect(await namesIn(backend)).toEqual(['.chunks', '.ibs-provisioning', '.lock']);
  expect(await undoProvision(backend, CREATION)).toBe(true);
  expect(await namesIn(backend)).toEqual([]);
});

test('whatever call fails first, taking it back leaves nothing', async () => {
  for (let call = 1; call < 20; call += 1) {
    const inner = memory();
    const backend = faultyBackend(inner, { call, error: () => new BackupError('STORAGE_FULL', 'full') });
    await expect(provision(backend)).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    await undoProvision(inner, CREATION);
    expect(await namesIn(inner)).toEqual([]);
  }
});

test('the names of all directories are flushed, where nothing flushes the whole filesystem', async () => {
  const backend = memory();
  const durable: string[] = [];
  let [made, afterLast] = [0, 0];
  const makeDirectory = backend.makeDirectory.bind(backend);
  backend.makeDirectory = (key: string, options: { durable?: boolean } = {}) => {
    if (options.durable) [afterLast] = [made, durable.push(key)];
    made += 1;
    return makeDirectory(key);
  };
  await provision(backend);
  expect(durable).toEqual(['.chunks', '.chunks/ffff']);
  expect(afterLast).toBe(made - 1);
});

test('chunks are for the server alone', async () => {
  const backend = localBackend(temporaryDirectory());
  onTestFinished(() => backend.close());
  const controller = new AbortController();
  const provisioning = provision(backend, controller, () => controller.abort(new Error('seen enough')));
  await expect(provisioning).rejects.toThrow('seen enough');
  const modeOf = (name: string) => fs.statSync(join(backend.path, name)).mode & 0o7777;
  expect(['.chunks', '.chunks/0000'].map(modeOf)).toEqual([0o750, 0o750]);
});
