import { expect, test } from 'vitest';
import type { NamespacePath } from './ids.ts';
import { isFarFewer, isInScope, PruneInput, pruneReach, pruneSubject } from './prune.ts';

const all = ['', 'a', 'a/b', 'a/b/c', 'ab', 'b'] as NamespacePath[];
const scoped = (given: object) => {
  const scope = PruneInput.parse({ name: 'main', keep: {}, ...given });
  return all.filter((namespace) => isInScope(namespace, scope));
};

test('a namespace is pruned with those below it, as deep as is said', () => {
  expect(scoped({})).toEqual(all);
  expect(scoped({ depth: 0 })).toEqual(['']);
  expect(scoped({ depth: 1 })).toEqual(['', 'a', 'ab', 'b']);
  expect(scoped({ namespace: 'a' })).toEqual(['a', 'a/b', 'a/b/c']);
  expect(scoped({ namespace: 'a', depth: 1 })).toEqual(['a', 'a/b']);
  expect(scoped({ namespace: 'a', group: { type: 'vm', id: '1' } })).toEqual(['a']);
  expect(scoped({ group: { type: 'vm', id: '1' } })).toEqual(['']);
});

test('0 is the same as no rule; what is no count is refused', () => {
  expect(PruneInput.parse({ name: 'main', keep: { last: 0, daily: 7 } }).keep).toEqual({ daily: 7 });
  for (const last of [-1, 1.5, '7', Number.NaN, 1e9]) {
    expect(PruneInput.safeParse({ name: 'main', keep: { last } }).success).toBe(false);
  }
});

test('far fewer is less than half', () => {
  expect([isFarFewer(0, 0), isFarFewer(0, 1), isFarFewer(1, 2), isFarFewer(1, 3), isFarFewer(5, 3)]).toEqual([
    ...[false, true, false, true, false],
  ]);
});

test('Datastore.Modify reaches all groups, Datastore.Prune those of the caller', () => {
  expect(pruneReach(() => true)).toBe('all');
  expect(pruneReach((privilege) => privilege === 'Datastore.Prune')).toBe('own');
  expect(pruneReach((privilege) => privilege === 'Datastore.Read')).toBe(null);
});

test('the subject of the task names the place', () => {
  const subject = (given: object) =>
    pruneSubject('main', PruneInput.parse({ name: 'main', keep: {}, ...given }));
  expect(subject({})).toBe('main');
  expect(subject({ namespace: 'a/b' })).toBe('main:a/b');
  expect(subject({ namespace: 'a', group: { type: 'vm', id: '1' } })).toBe('main:a/vm/1');
});
