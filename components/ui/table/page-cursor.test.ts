import { expect, test } from 'vitest';
import { readPageStart, writePageStart } from './page-cursor.ts';

test('a page that was linked starts where it was', () => {
  const start = { before: 200, cursor: 'eyJh.Ij-_' };
  expect(readPageStart(writePageStart(start))).toEqual(start);
});

test.each([null, '', 'nonsense', '12', '12.', '.abc', '-1.abc'])('%j is the first page', (text) => {
  expect(readPageStart(text)).toEqual({ before: 0, cursor: null });
});

test('the first page leaves nothing in the address', () => {
  expect(writePageStart({ before: 0, cursor: null })).toBeNull();
});
