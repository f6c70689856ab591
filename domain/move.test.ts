import { expect, test } from 'vitest';
import type { NamespacePath } from './ids.ts';
import { checkMerge, checkNamespacePlaces, mayMoveGroup } from './move.ts';
import { accessWords, jobChangeWords } from './move-words.ts';

const span = (oldest: number, newest: number, owner: string | null = 'alice@ibs') => ({
  ...{ owner, times: { oldest, newest } },
});
const path = (text: string) => text as NamespacePath;

test.each([
  { what: 'all newer', source: span(20, 30), code: undefined },
  { what: 'all older', source: span(1, 9), code: undefined },
  { what: 'one of the same time', source: span(15, 30), code: 'MOVE_TIMES_OVERLAP' },
  { what: 'one around the other', source: span(5, 30), code: 'MOVE_TIMES_OVERLAP' },
  { what: 'of somebody else', source: span(20, 30, 'bob@ibs'), code: 'OWNER_MISMATCH' },
  { what: 'of nobody', source: span(20, 30, null), code: 'OWNER_MISMATCH' },
])('a merge with a group of $what', ({ source, code }) => {
  expect(checkMerge('host/a', source, span(10, 15))?.code).toBe(code);
});

test('a namespace goes nowhere into itself, to the root or too deep, and a name that only begins alike is another', () => {
  const check = (from: string, to: string, ...inside: string[]) =>
    checkNamespacePlaces(path(from), path(to), inside.map(path))?.code;
  expect(check('a', 'a')).toBe('MOVE_SAME_PLACE');
  expect(check('a', 'a/b')).toBe('MOVE_INTO_ITSELF');
  expect(check('a', '')).toBe('NAMESPACE_INVALID');
  expect(check('a', 'ab', 'a', 'a/b')).toBeUndefined();
  expect(check('a', '1/2/3/4/5/6', 'a', 'a/b')).toBeUndefined();
  expect(check('a', '1/2/3/4/5/6', 'a', 'a/b', 'a/b/c')).toBe('NAMESPACE_INVALID');
});

test('who may move a group: what its removal wants at one side, and what a backup wants at the other', () => {
  const may = (source: string, destination: string, isOwner: boolean) =>
    mayMoveGroup(
      (privilege, side) => privilege === `Datastore.${side === 'source' ? source : destination}`,
      isOwner,
    );
  expect(may('Modify', 'Modify', false)).toBe(true);
  expect(may('Prune', 'Backup', true)).toBe(true);
  expect(may('Prune', 'Backup', false)).toBe(false);
  expect(may('Modify', 'Read', true)).toBe(false);
  expect(may('Read', 'Modify', true)).toBe(false);
});

test('what a move changes is told in words', () => {
  const change = {
    principal: 'ci@ibs',
    loses: ['Datastore.Audit', 'Datastore.Read'],
    gains: ['Datastore.Backup'],
  };
  expect(accessWords(change as never)).toBe(
    'ci@ibs can no longer see it or restore from it; can back up to it as its owner from then on',
  );
  expect(jobChangeWords({ end: [{ noun: 'prune of team' }], begin: [] })).toEqual([
    'No longer looked after by: prune of team',
  ]);
});
