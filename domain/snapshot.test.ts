import { expect, test } from 'vitest';
import { verifyStateOf } from './snapshot.ts';

test.each([
  ['read and found whole', { verifyState: 'ok', damage: null }, 'ok'],
  ['read and found damaged', { verifyState: 'failed', damage: null }, 'failed'],
  ['never read', { verifyState: null, damage: null }, 'never'],
  ['found damaged by somebody else since it was read', { verifyState: 'ok', damage: 'A chunk.' }, 'failed'],
  ['without a readable manifest', { verifyState: null, damage: 'Cut off.' }, 'failed'],
] as const)('a snapshot %s', (_, known, state) => {
  expect(verifyStateOf({ finished: true, ...known })).toBe(state);
});

test('of one that is not finished nothing can be known', () => {
  expect(verifyStateOf({ finished: false, verifyState: null, damage: null })).toBeNull();
});
