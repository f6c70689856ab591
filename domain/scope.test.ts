import { expect, test } from 'vitest';
import type { NamespacePath } from './ids.ts';
import { GroupScope, isInScope, scopeSubject, scopeWords } from './scope.ts';

const all = ['', 'a', 'a/b', 'a/b/c', 'ab', 'b'] as NamespacePath[];
const scoped = (given: object) => {
  const scope = GroupScope.parse(given);
  return all.filter((namespace) => isInScope(namespace, scope));
};

test('a namespace stands for those below it as well, as deep as is said', () => {
  expect(scoped({})).toEqual(all);
  expect(scoped({ depth: 0 })).toEqual(['']);
  expect(scoped({ depth: 1 })).toEqual(['', 'a', 'ab', 'b']);
  expect(scoped({ namespace: 'a' })).toEqual(['a', 'a/b', 'a/b/c']);
  expect(scoped({ namespace: 'a', depth: 1 })).toEqual(['a', 'a/b']);
  expect(scoped({ namespace: 'a', group: { type: 'vm', id: '1' } })).toEqual(['a']);
  expect(scoped({ group: { type: 'vm', id: '1' } })).toEqual(['']);
});

test('the subject of the task names the place', () => {
  const subject = (given: object) => scopeSubject('main', GroupScope.parse(given));
  expect(subject({})).toBe('main');
  expect(subject({ namespace: 'a/b' })).toBe('main:a/b');
  expect(subject({ namespace: 'a', group: { type: 'vm', id: '1' } })).toBe('main:a/vm/1');
});

test('a part of a datastore in words', () => {
  const web = 'production/web' as NamespacePath;
  expect(scopeWords({})).toBe('everything');
  expect(scopeWords({ namespace: web, depth: null })).toBe('production/web and below');
  expect(scopeWords({ namespace: web, depth: 0 })).toBe('production/web alone');
  expect(scopeWords({ depth: 1 })).toBe('root namespace and 1 level below');
});
