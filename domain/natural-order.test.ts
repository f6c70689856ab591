import { expect, test } from 'vitest';
import { compareGroupNames, compareNames, compareNamespaces } from './natural-order.ts';

test('numbers in names are compared as numbers', () => {
  const names = ['web-10', 'db', 'web-9', 'Web-1'];
  expect(names.sort(compareNames)).toEqual(['db', 'Web-1', 'web-9', 'web-10']);
});

test('names that differ in case only have an order', () => {
  expect(compareNames('Web', 'web')).toBeLessThan(0);
  expect(compareNames('web', 'web')).toBe(0);
});

test('a namespace is followed by what lies in it, though another name begins alike', () => {
  const paths = ['team-10', 'team-9-old', 'team-9/web', '', 'team-9'];
  expect(paths.sort(compareNamespaces)).toEqual(['', 'team-9', 'team-9/web', 'team-9-old', 'team-10']);
});

test('groups stand by type, then by id', () => {
  const groups = [
    ['vm', '10'],
    ['vm', 'x'],
    ['vm', '9'],
    ['ct', '200'],
  ].map(([type = '', id = '']) => ({ type, id }));
  expect(groups.sort(compareGroupNames).map(({ id }) => id)).toEqual(['200', '9', '10', 'x']);
});
