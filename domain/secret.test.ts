import { expect, test } from 'vitest';
import { wholeSecret } from './secret.ts';

const SECRET = '0123456789abcdef'.repeat(4);

test('a secret is taken as a whole, with or without the end of its line', () => {
  expect(wholeSecret(SECRET, 'secret.key')).toBe(SECRET);
  expect(wholeSecret(`${SECRET}\n`, 'secret.key')).toBe(SECRET);
});

test.each([
  ['nothing', ''],
  ['the end of a line alone', '\n'],
  ['its first half', SECRET.slice(32)],
  ['more than a secret', `${SECRET}00`],
  ['zeros of a crash', '\0'.repeat(64)],
  ['other letters', 'z'.repeat(64)],
])('%s is refused in one line with the remedy', (_, text) => {
  expect(() => wholeSecret(text, '/data/secret.key')).toThrow(
    /^\/data\/secret\.key is empty or damaged.*remove it.*$/,
  );
});
