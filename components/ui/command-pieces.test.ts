import { expect, test } from 'vitest';
import { commandPieces } from './command-pieces.ts';

test.each([
  ['ibs status', ['ibs', ' ', 'status']],
  ['create --name a --type local', ['create', ' ', '--name a', ' ', '--type local']],
  ['show --quiet --output json', ['show', ' ', '--quiet', ' ', '--output json']],
  [
    'backup \\\n  --ns a \\\n  --quiet \\\n  x',
    ['backup', ' ', '\\', '\n  ', '--ns a', ' ', '\\', '\n  ', '--quiet', ' ', '\\', '\n  ', 'x'],
  ],
])('%j', (text, pieces) => {
  const found = commandPieces(text).map(({ piece }) => piece);
  expect(found).toEqual(pieces);
  expect(found.join('')).toBe(text);
});
