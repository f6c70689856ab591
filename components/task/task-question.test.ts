import { expect, test } from 'vitest';
import type { TableState } from '../ui/table/table-state.ts';
import { taskQuestion } from './task-question.ts';

const empty: TableState = { text: '', filters: {}, sort: null, columns: null, cursor: null };

test('without a word the list goes back a week', () => {
  expect(taskQuestion(empty)).toEqual({ limit: 50, days: 7 });
});

test('filters and page become the question', () => {
  const filters = {
    state: ['failed', 'warnings'],
    kind: ['backup'],
    datastore: ['ibs-primary'],
    by: ['alice@ibs'],
    days: ['30'],
  };
  const cursor = '50.6f1c0b1e-3b2a-4b6a-9d8e-1f2a3b4c5d6e';
  expect(taskQuestion({ ...empty, filters, cursor })).toEqual({
    limit: 50,
    states: ['failed', 'warnings'],
    kinds: ['backup'],
    datastore: 'ibs-primary',
    createdBy: 'alice@ibs',
    days: 30,
    cursor: '6f1c0b1e-3b2a-4b6a-9d8e-1f2a3b4c5d6e',
  });
});

test('free text is sent without the spaces around it, and only as much as the server takes', () => {
  expect(taskQuestion({ ...empty, text: ' vm/100 ' })).toEqual({ limit: 50, days: 7, search: 'vm/100' });
  expect(taskQuestion({ ...empty, text: '  ' })).toEqual({ limit: 50, days: 7 });
  expect(taskQuestion({ ...empty, text: 'x'.repeat(200) }).search).toHaveLength(128);
});

test('everything means no limit in time; values that do not exist are left out', () => {
  const filters = { days: ['all'], state: ['sleeping'], kind: ['cleaning'] };
  expect(taskQuestion({ ...empty, filters })).toEqual({ limit: 50 });
});
