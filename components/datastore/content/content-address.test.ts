import { expect, test } from 'vitest';
import { placeQuery, readPlace, toggleGroup } from './content-address.ts';

test('a link leads to the namespace and the open groups', () => {
  const place = readPlace(new URLSearchParams('ns=production%2Fweb&open=vm%2F100&open=host%2Fa'));
  expect(place).toEqual({ namespace: 'production/web', openGroups: ['vm/100', 'host/a'] });
  expect(readPlace(new URLSearchParams())).toEqual({ namespace: '', openGroups: [] });
});

test('the root namespace needs no parameter', () => {
  expect(placeQuery('')).toBe('');
  expect(placeQuery('a/b')).toBe('?ns=a%2Fb');
});

test('a group is opened and closed without touching the rest', () => {
  const opened = toggleGroup(new URLSearchParams('ns=a&q=web'), 'vm/100');
  expect(opened.toString()).toBe('ns=a&q=web&open=vm%2F100');
  expect(toggleGroup(opened, 'vm/100').toString()).toBe('ns=a&q=web');
});
