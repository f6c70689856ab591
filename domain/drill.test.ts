import { expect, test } from 'vitest';
import { DrillInput, drillWords, pickOne } from './drill.ts';

const told = {
  ...{ restoreMs: 42_000, restoredBytes: 2.3 * 1024 ** 3, restoredFiles: 12_345, hashes: 12_400 },
  ...{ problems: 0, encrypted: 0 },
};
const plain = (text: string) => text.replaceAll('\u00a0', ' ');

test('each is picked with the chance of its place', () => {
  const from = ['a', 'b', 'c', 'd'];
  expect([0, 0.2499, 0.25, 0.5, 0.75, 0.9999].map((chance) => pickOne(from, () => chance))).toEqual([
    'a',
    'a',
    'b',
    'c',
    'd',
    'd',
  ]);
  expect(pickOne([], () => 0.5)).toBeUndefined();
});

test('a drill that went well says what came back, and how long it took', () => {
  expect(plain(drillWords('host/web-1/2026-05-02T08:11:33Z', told, undefined))).toBe(
    'host/web-1/2026-05-02T08:11:33Z restored in 42.0 s: 12 345 files, 2.30 GiB, every hash equal.',
  );
  expect(plain(drillWords('host/a', { ...told, encrypted: 1 }, undefined))).toMatch(
    /every hash equal\. 1 archive left out: encrypted, and only a client with the key can restore it\.$/,
  );
});

test('one that failed names the snapshot, how much is wrong and what was first', () => {
  const words = (problems: number) =>
    plain(drillWords('host/web-1', { ...told, problems }, 'root.pxar: /etc/passwd: it is not there.'));
  expect(words(1)).toBe(
    'The restore drill of host/web-1 failed after 12 345 files, 2.30 GiB in 42.0 s: 1 problem. root.pxar: /etc/passwd: it is not there.',
  );
  expect(words(3)).toContain(': 3 problems. First: root.pxar: /etc/passwd');
});

test('without a time it is a random one of all namespaces', () => {
  expect(DrillInput.parse({ name: 'main' })).toEqual({
    ...{ name: 'main', namespace: '', depth: null, group: null, time: null },
  });
});
