import { expect, test } from 'vitest';
import { type FilterField, filterWords, stateWords } from './filter-words.ts';

const STATUS: FilterField = {
  id: 'status',
  label: 'status',
  options: [
    { value: 'offline', label: 'Offline' },
    { value: 'degraded', label: 'Degraded' },
  ],
};

test('a chip reads as a sentence', () => {
  expect(filterWords(STATUS, ['offline'])).toBe('status is Offline');
  expect(filterWords(STATUS, ['offline', 'degraded'])).toBe('status is Offline or Degraded');
});

test('a value from an old link is shown as it is', () => {
  expect(filterWords(STATUS, ['sealed'])).toBe('status is sealed');
});

test('the whole filter names the text and every chip', () => {
  const state = { text: 'prod', filters: { status: ['offline'] }, sort: null, columns: null, cursor: null };
  expect(stateWords([STATUS], state)).toBe('text contains “prod”, status is Offline');
});
