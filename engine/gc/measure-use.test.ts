import { expect, test } from 'vitest';
import { hookedBackend } from '#testing/hooked-backend.ts';
import { MemoryBackend } from '#testing/memory-backend.ts';
import { MarkTable } from './mark-table.ts';
import { measureUse } from './measure-use.ts';

const KEYS = 20_000;

test('others have their turn while many snapshots are put in order, and those of a group stay together', async () => {
  const keys = Array.from({ length: KEYS }, (_, number) => {
    const time = new Date(1_600_000_000_000 + number * 3_600_000).toISOString().slice(0, 19);
    return `ns/customers/vm/${number % 1000}/${time}Z/disk.img.fidx`;
  });
  let turns = 0;
  let turnsBefore = 0;
  let isRunning = true;
  const count = () => {
    turns += 1;
    if (isRunning) setImmediate(count);
  };
  const backend = hookedBackend(new MemoryBackend(Date.now), (call) => {
    if (call === 'open') turnsBefore ||= turns;
  });
  setImmediate(count);
  const marks = new MarkTable().share({ sizes: true });
  const options = { signal: new AbortController().signal, report: () => {} };
  const { snapshots } = await measureUse(backend, keys, marks, options);
  isRunning = false;
  const changes = snapshots.filter(({ snapshot }, at) => snapshot.id !== snapshots[at - 1]?.snapshot.id);
  expect(snapshots).toHaveLength(KEYS);
  expect(changes).toHaveLength(1000);
  expect(turnsBefore).toBeGreaterThanOrEqual(KEYS / 1000 - 1);
});
