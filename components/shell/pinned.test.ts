import { expect, test } from 'vitest';
import type { DatastoreView } from '../trpc/views.ts';
import { pinnedDatastores, togglePin } from './pinned.ts';

const view = (name: string, usedBytes: number | null, availableBytes: number | null) =>
  ({ name, status: 'online', usedBytes, availableBytes }) as DatastoreView;

test('pins keep the order in which they were made; what is gone leaves no trace', () => {
  const known = [view('a', 1, 3), view('b', 2, 2), view('c', null, null)];
  expect(pinnedDatastores(['c', 'gone', 'a'], known)).toEqual([
    { name: 'c', status: 'online', usedShare: null },
    { name: 'a', status: 'online', usedShare: 0.25 },
  ]);
});

test('a second press takes the pin away again', () => {
  expect(togglePin(['a'], 'b')).toEqual(['a', 'b']);
  expect(togglePin(['a', 'b'], 'a')).toEqual(['b']);
});
