import { expect, test } from 'vitest';
import { asciiOnly, cutTo, displayWidth, visible, visibleLines, wrapTo } from './visible-text.ts';

test.each([
  ['plain', 'plain'],
  ['a\u0000b', 'a\\x00b'],
  ['\u001b]0;title\u0007', '\\x1b]0;title\\x07'],
  ['one\ntwo', 'one two'],
  ['tab\there', 'tab\\x09here'],
  ['\u009b31m', '\\x9b31m'],
  ['\u2066hidden\u2069', '\\u{2066}hidden\\u{2069}'],
  ['é 備份 ✓', 'é 備份 ✓'],
])('%j is shown as %j', (text, shown) => {
  expect(visible(text)).toBe(shown);
});

test('notes keep their lines and tabs, and nothing else that moves the cursor', () => {
  expect(visibleLines('a\tb\r\n\u001b[Hc')).toBe('a\tb\\x0d\n\\x1b[Hc');
});

test('a cut text is never wider than asked for and says that something is missing', () => {
  for (let width = 1; width < 12; width += 1) {
    const cut = cutTo('備份 backup', width);
    expect(displayWidth(cut)).toBeLessThanOrEqual(width);
    if (width < 11) expect(cut).toMatch(/…$/);
  }
  expect(cutTo('short', 5)).toBe('short');
});

test('lines are broken between words; a longer word stays whole', () => {
  expect(wrapTo('the mount /mnt/backup/ibs-primary is gone', 12)).toEqual([
    'the mount',
    '/mnt/backup/ibs-primary',
    'is gone',
  ]);
});

test('for an ASCII terminal our own signs are replaced at the same width', () => {
  const text = 'Chunks · 7.4× — more …';
  expect(asciiOnly(text)).toBe('Chunks - 7.4x - more ~');
  expect(displayWidth(asciiOnly(text))).toBe(displayWidth(text));
});
