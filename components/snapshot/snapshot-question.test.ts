import { expect, test } from 'vitest';
import type { TableState } from '../ui/table/table-state.ts';
import { snapshotQuestion } from './snapshot-question.ts';

const empty: TableState = { text: '', filters: {}, sort: null, columns: null, cursor: null };

test('nothing is asked for that the address does not say', () => {
  expect(snapshotQuestion(empty)).toEqual({ limit: 100 });
});

test('filters, text and page become the question', () => {
  const filters = { datastore: ['a-b'], namespace: ['x/y'], type: ['vm'], protected: ['yes'], days: ['30'] };
  expect(snapshotQuestion({ ...empty, text: ' web ', filters, cursor: '100.abc' })).toEqual({
    limit: 100,
    datastore: 'a-b',
    namespace: 'x/y',
    type: 'vm',
    search: 'web',
    protected: true,
    days: 30,
    cursor: 'abc',
  });
});

test('the root namespace is a namespace too', () => {
  expect(snapshotQuestion({ ...empty, filters: { namespace: ['/'] } })).toEqual({
    limit: 100,
    namespace: '',
  });
});

test('an order is asked for when it is another one than newest first', () => {
  const sort = (columnId: string, descending: boolean) =>
    snapshotQuestion({ ...empty, sort: { columnId, descending } });
  expect(sort('time', true)).toEqual({ limit: 100 });
  expect(sort('time', false)).toEqual({ limit: 100, sort: 'time', descending: false });
  expect(sort('size', true)).toEqual({ limit: 100, sort: 'size', descending: true });
});

test('only a state of verification that there is narrows the list', () => {
  const asked = (verified: string) => snapshotQuestion({ ...empty, filters: { verified: [verified] } });
  expect(asked('never')).toEqual({ limit: 100, verified: 'never' });
  expect(asked('sometimes')).toEqual({ limit: 100 });
});

test('a number of days that is none is left out', () => {
  expect(snapshotQuestion({ ...empty, filters: { days: ['soon'] } })).toEqual({ limit: 100 });
});
