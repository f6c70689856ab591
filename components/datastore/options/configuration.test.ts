import { expect, test } from 'vitest';
import { changesOf } from './configuration.ts';

const loaded = { comment: 'Rack 4', syncLevel: 'filesystem', verifyNew: false } as const;

test('only what differs is a change', () => {
  expect(changesOf(loaded, loaded)).toEqual({});
  expect(changesOf(loaded, { ...loaded, comment: '' })).toEqual({ comment: '' });
  expect(changesOf(loaded, { comment: 'Rack 5', syncLevel: 'file', verifyNew: true })).toEqual({
    comment: 'Rack 5',
    syncLevel: 'file',
    verifyNew: true,
  });
});
