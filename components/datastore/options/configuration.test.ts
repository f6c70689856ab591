import { expect, test } from 'vitest';
import {
  type Configuration,
  changesOf,
  configurationOf,
  isSameConfiguration,
  trashDaysProblem,
} from './configuration.ts';

const loaded: Configuration = {
  ...{ comment: 'Rack 4', syncLevel: 'filesystem', verifyNew: false },
  trashDays: '7',
};

test('only what differs is a change', () => {
  expect(changesOf(loaded, loaded)).toEqual({});
  expect(changesOf(loaded, { ...loaded, comment: '' })).toEqual({ comment: '' });
  expect(
    changesOf(loaded, { comment: 'Rack 5', syncLevel: 'file', verifyNew: true, trashDays: '0' }),
  ).toEqual({ ...{ comment: 'Rack 5', syncLevel: 'file' }, ...{ verifyNew: true, trashDays: 0 } });
  expect(configurationOf({ ...loaded, trashDays: 7 })).toEqual(loaded);
});

test('days that are being typed are no change yet, but differ', () => {
  const typing = { ...loaded, trashDays: '' };
  expect(changesOf(loaded, typing)).toEqual({});
  expect(isSameConfiguration(loaded, typing)).toBe(false);
  expect(isSameConfiguration(loaded, { ...loaded })).toBe(true);
  expect(isSameConfiguration(loaded, { ...loaded, verifyNew: true })).toBe(false);
});

test.each([
  ['0', null],
  ['365', null],
  ['366', 'At most 365 days.'],
  ['', 'Type a number of days; 0 removes at once.'],
])('%j days: %j', (digits, problem) => {
  expect(trashDaysProblem(digits)).toBe(problem);
});
