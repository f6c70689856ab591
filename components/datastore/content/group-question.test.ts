import { expect, test } from 'vitest';
import type { TableState } from '../../ui/table/table-state.ts';
import { groupQuestion, offsetOf } from './group-question.ts';

const empty: TableState = { text: '', filters: {}, sort: null, columns: null, cursor: null };

test('without a word the first page is asked for, by name', () => {
  expect(groupQuestion('main', 'a/b', empty)).toEqual({
    datastore: 'main',
    namespace: 'a/b',
    limit: 100,
    sort: 'group',
    descending: false,
  });
});

test('filter, order and page become the question', () => {
  const state: TableState = {
    ...empty,
    text: ' web ',
    filters: { type: ['vm', 'floppy'] },
    sort: { columnId: 'lastSize', descending: true },
    cursor: '200',
  };
  expect(groupQuestion('main', '', state)).toMatchObject({
    search: 'web',
    types: ['vm'],
    sort: 'lastSize',
    descending: true,
    offset: 200,
  });
});

test.each([
  [null, 0],
  ['nonsense', 0],
  ['-100', 0],
  ['250', 200],
])('a page at %j starts at row %d', (cursor, offset) => {
  expect(offsetOf(cursor)).toBe(offset);
});
