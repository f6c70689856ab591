import { expect, test } from 'vitest';
import { transferParts } from './transfer-line.ts';
import { TransferRate } from './transfer-rate.ts';

const MIB = 1024 * 1024;

test('a line says what, how much of it, how long still, how fast', () => {
  const state = {
    what: 'disk.img',
    doneBytes: 512 * MIB,
    totalBytes: 2048 * MIB,
    more: ['40 % deduplicated', ''],
  };
  expect(transferParts(state, 256 * MIB)).toEqual([
    'disk.img',
    '25 %',
    'about 6 s left',
    '256 MiB/s',
    '512 MiB of 2.00 GiB',
    '40 % deduplicated',
  ]);
});

test('what is not known is not guessed', () => {
  const state = { what: 'root.pxar', doneBytes: 5 * MIB, totalBytes: null, more: [] };
  expect(transferParts(state, null)).toEqual(['root.pxar', '5.00 MiB']);
});

test('a directory that has grown since its last backup has no end that could be told', () => {
  const state = { what: 'root.pxar', doneBytes: 6 * MIB, totalBytes: 5 * MIB, more: [] };
  expect(transferParts(state, MIB)).toEqual(['root.pxar', '1.00 MiB/s', '6.00 MiB']);
});

test('the rate is that of the last seconds, and unknown at first', () => {
  const rate = new TransferRate();
  expect(rate.observe(0, 0)).toBeNull();
  expect(rate.observe(10 * MIB, 1000)).toBeNull();
  expect(rate.observe(20 * MIB, 2000)).toBe(10 * MIB);
  for (let second = 3; second <= 30; second += 1) rate.observe(20 * MIB, second * 1000);
  expect(rate.observe(20 * MIB, 31_000)).toBe(0);
});
