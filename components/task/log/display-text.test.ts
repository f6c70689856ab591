import { expect, test } from 'vitest';
import { displayText } from './display-text.ts';

test.each([
  ['plain text', 'plain text'],
  ['a\tb', 'a    b'],
  ['one\ntwo', 'one ⏎ two'],
  ['\u001b[31mred', '\ufffd[31mred'],
])('%j is drawn as %j', (text, drawn) => {
  expect(displayText(text)).toBe(drawn);
});
