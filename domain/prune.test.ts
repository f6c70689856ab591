import { expect, test } from 'vitest';
import { isFarFewer, PruneInput, pruneReach } from './prune.ts';

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
