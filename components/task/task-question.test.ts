import { expect, test } from 'vitest';
import type { TableState } from '../ui/table/table-state.ts';
import { causesQuestion, taskQuestion } from './task-question.ts';

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

test('a day is asked for without a range, and one that is none is left out', () => {
  const filters = { day: ['2026-11-27'], datastore: ['alpha'] };
  expect(taskQuestion({ ...empty, filters })).toEqual({ limit: 50, datastore: 'alpha', day: '2026-11-27' });
  expect(taskQuestion({ ...empty, filters: { day: ['monday'] } })).not.toHaveProperty('day');
});

test('causes are asked for with the same filters, whatever state and page the list is at', () => {
  const filters = { state: ['failed'], code: ['STORAGE_FULL'], group: ['cause'], days: ['1'] };
  const cursor = '50.6f1c0b1e-3b2a-4b6a-9d8e-1f2a3b4c5d6e';
  expect(causesQuestion({ ...empty, filters, cursor })).toEqual({ code: 'STORAGE_FULL', days: 1 });
});
