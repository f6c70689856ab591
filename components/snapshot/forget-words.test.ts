import { expect, test } from 'vitest';
import type { ForgetPlan, SnapshotView } from '../trpc/views.ts';
import { fateWords, forgetFacts } from './forget-words.ts';

const snapshot = (id: string, sizeBytes: number | null, finished = true) =>
  ({ namespace: '', type: 'host', id, sizeBytes, finished }) as SnapshotView;

function valuesOf(plan: Partial<ForgetPlan>) {
  const facts = forgetFacts({
    remove: [],
    keep: [],
    freesBytes: null,
    restorableUntil: null,
    taskId: null,
    ...plan,
  } as ForgetPlan);
  return Object.fromEntries(facts.map(({ label, value }) => [label, value]));
}

test('snapshots, groups and bytes are counted; an unknown size is said to be unknown', () => {
  const values = valuesOf({
    remove: [snapshot('a', 1024), snapshot('a', 1024), snapshot('b', null)],
  });
  expect(values.Forgotten).toBe('3 snapshots of 2 groups');
  expect(values['Their size as if nothing were shared']).toBe('2.00\u00a0KiB, and 1 of unknown size');
  expect(valuesOf({ remove: [snapshot('b', null)] })['Their size as if nothing were shared']).toBe('unknown');
  expect(valuesOf({ remove: [snapshot('b', 1024)] })['Their size as if nothing were shared']).toBe(
    '1.00\u00a0KiB',
  );
  expect(values).not.toHaveProperty('Kept');
});

test('what is kept is told with its reason, each reason once', () => {
  const keep = [
    { snapshot: snapshot('a', 1), reason: 'It is protected.' },
    { snapshot: snapshot('b', 1), reason: 'It is protected.' },
  ];
  expect(valuesOf({ keep }).Kept).toBe('2 snapshots: It is protected.');
});

test('what a garbage collection frees is at least what nothing else needs', () => {
  const freed = (plan: Partial<ForgetPlan>) => valuesOf(plan)['Freed by garbage collection'];
  expect(freed({})).toMatch('not known until');
  expect(freed({ remove: [snapshot('a', 1)], freesBytes: 2048 })).toBe(
    'at least 2.00\u00a0KiB; the rest is shared with others',
  );
  expect(freed({ remove: [snapshot('a', 1), snapshot('b', 1)], freesBytes: 0 })).toBe(
    'at least 0\u00a0B, and what only these share',
  );
});

test('what is finished goes to the trash, if there is one; what is not goes for good', () => {
  const restorableUntil = new Date('2026-06-01T04:00:00Z');
  const [whole, cut] = [snapshot('a', 1), snapshot('b', null, false)];
  const until = restorableUntil.getTime();
  const forGood = { words: expect.stringContaining('can no longer be restored'), until: null };
  const fate = (remove: SnapshotView[]) => fateWords({ remove, restorableUntil });
  expect(fate([whole])).toEqual({ words: 'It goes to the trash of the datastore.', until });
  expect(fate([whole, whole, cut])).toEqual({
    words: 'They go to the trash of the datastore. 1 unfinished backup goes for good.',
    until,
  });
  expect(fate([cut])).toEqual(forGood);
  expect(fateWords({ remove: [whole], restorableUntil: null })).toEqual(forGood);
});

test('space that the trash holds comes back after that', () => {
  const remove = [snapshot('a', 1)];
  const restorableUntil = new Date('2026-06-01T04:00:00Z');
  expect(valuesOf({ remove, restorableUntil })).toHaveProperty('Freed by GC after that');
  expect(valuesOf({ remove })).toHaveProperty('Freed by garbage collection');
});
