import { expect, test } from 'vitest';
import { sentence } from './sentence.ts';

test.each([
  ['new disks until noon', 'new disks until noon.'],
  ['The mount is gone.', 'The mount is gone.'],
  ['The mount is gone..', 'The mount is gone.'],
  ['The mount is gone. ', 'The mount is gone.'],
  ['Really?', 'Really?'],
  ['and so on…', 'and so on…'],
])('%j ends as %j', (text, ended) => {
  expect(sentence(text)).toBe(ended);
});
