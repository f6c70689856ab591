import { beforeEach, expect, test } from 'vitest';
import { BackupError } from '#domain/errors.ts';
import { hookedBackend } from '#testing/hooked-backend.ts';
import { MemoryBackend } from '#testing/memory-backend.ts';
import { ensureReserve, RESERVE_BYTES, RESERVE_NAME, withReserve } from './reserve.ts';

let memory: MemoryBackend;
beforeEach(() => {
  memory = new MemoryBackend(() => 0);
});

/** As a filesystem on which nothing can be made as long as the reserve lies there. */
const full = () =>
  hookedBackend(memory, (call) => {
    if (call === 'makeDirectory' && memory.objects.has(RESERVE_NAME)) throw noSpace();
  });
const noSpace = () => new BackupError('STORAGE_FULL', 'No space is left.');

test('it is made once, and again when a part of it is missing', async () => {
  expect(await ensureReserve(memory)).toBe(true);
  const first = Buffer.from(await memory.get(RESERVE_NAME, RESERVE_BYTES));
  expect(first).toHaveLength(RESERVE_BYTES);
  expect(new Set(first).size).toBe(256);
  expect(await ensureReserve(memory)).toBe(true);
  expect(first.equals(await memory.get(RESERVE_NAME, RESERVE_BYTES))).toBe(true);
  await memory.put(RESERVE_NAME, first.subarray(1));
  expect(await ensureReserve(memory)).toBe(true);
  expect(await memory.get(RESERVE_NAME, RESERVE_BYTES)).toHaveLength(RESERVE_BYTES);
});

test('where nothing can be written there is none, and nothing half-made', async () => {
  const backend = hookedBackend(memory, (call) => {
    if (call === 'commit') throw noSpace();
  });
  expect(await ensureReserve(backend)).toBe(false);
  expect([...memory.objects.keys()]).toEqual([]);
  expect(memory.stagedCount()).toBe(0);
});

test('it goes when there is no space left, and the work is done', async () => {
  await ensureReserve(memory);
  const backend = full();
  expect(await withReserve(backend, () => backend.makeDirectory('trash'))).toBe(true);
  expect(memory.objects.has(RESERVE_NAME)).toBe(false);
  expect(memory.directories.has('trash')).toBe(true);
});

test('without one, and for every other failure, the failure is told and the reserve stays', async () => {
  const fails = (error: Error) => withReserve(memory, () => Promise.reject(error));
  await expect(fails(noSpace())).rejects.toMatchObject({ code: 'STORAGE_FULL' });
  await ensureReserve(memory);
  const denied = new BackupError('STORAGE_DENIED', 'No access.');
  await expect(fails(denied)).rejects.toBe(denied);
  expect(memory.objects.has(RESERVE_NAME)).toBe(true);
  let calls = 0;
  const never = () => {
    calls += 1;
    return Promise.reject(noSpace());
  };
  await expect(withReserve(memory, never)).rejects.toMatchObject({ code: 'STORAGE_FULL' });
  expect(calls).toBe(2);
});
