import { expect, test } from 'vitest';
import { beforeNumber, GAP_TEXT, gutterFor, levelText } from './gutter.ts';

test('a wide box has room for the time, a narrow one keeps it for the text', () => {
  expect(gutterFor(160)).toEqual({ showsTime: true, characters: 36, textColumns: 124 });
  expect(gutterFor(50)).toEqual({ showsTime: false, characters: 15, textColumns: 35 });
});

test('text keeps a little room in the narrowest box', () => {
  expect(gutterFor(5).textColumns).toBe(10);
});

test('the gutter is as wide as what is written into it', () => {
  const written = `${beforeNumber(7)}7${GAP_TEXT}${levelText('')}${GAP_TEXT}`;
  expect(written).toHaveLength(gutterFor(50).characters);
  expect(beforeNumber(123_456_789)).toBe('');
});
