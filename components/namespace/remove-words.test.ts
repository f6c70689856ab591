import { expect, test } from 'vitest';
import type { NamespaceRemovalPlan } from '../trpc/views.ts';
import { fateOf, isForGood, removalFacts, whyNotRemovable } from './remove-words.ts';

const plan = (more: Partial<NamespaceRemovalPlan> = {}): NamespaceRemovalPlan => ({
  ...{ digest: '', namespaces: ['a' as never], groups: [], snapshotCount: 0, unfinishedCount: 0 },
  ...{ protectedCount: 0, logicalBytes: 0, freesBytes: null, spaceUseAt: null, restorableUntil: null },
  ...{ trashedCount: 0, grants: [], grantCount: 0, jobs: [], running: [], ...more },
});
const factsOf = (more: Partial<NamespaceRemovalPlan>) =>
  Object.fromEntries(removalFacts(plan(more)).map(({ label, value }) => [label, value]));

test('an empty one says nothing of backups', () => {
  expect(fateOf(plan())).toContain('empty');
  expect(factsOf({})).toEqual({
    ...{ Namespaces: 'a', 'Permissions that go with it': 'none', 'Jobs that end with it': 'none' },
  });
});

test('what goes to the trash can come back, and without one it is gone', () => {
  const until = { restorableUntil: new Date(0) };
  expect(fateOf(plan({ snapshotCount: 3, unfinishedCount: 1, ...until }))).toMatch(
    /trash.*1 unfinished backup/,
  );
  expect(isForGood(plan({ snapshotCount: 3, ...until }))).toBe(false);
  expect(isForGood(plan({ snapshotCount: 3 }))).toBe(true);
  expect(isForGood(plan({ snapshotCount: 2, unfinishedCount: 2 }))).toBe(false);
});

test('what hangs on it is named, and of whoever may not see it only counted', () => {
  const grant = { path: '/datastore/d/a', principal: 'eve@ibs', role: 'Datastore.Reader', propagate: true };
  expect(factsOf({ grants: [grant as never], grantCount: 1 })).toMatchObject({
    'Permissions that go with it': 'eve@ibs (Datastore.Reader on /datastore/d/a)',
  });
  expect(factsOf({ grants: null, grantCount: 2 })['Permissions that go with it']).toBe('2 grants');
  const jobs = [
    { kind: 'prune', name: 'a', noun: 'prune of a' },
    { kind: 'verify', name: '', noun: 'verification' },
  ];
  expect(factsOf({ jobs: jobs as never })['Jobs that end with it']).toBe(
    'prune of a, verification (its schedule)',
  );
});

test('a running backup keeps it, and so does a protected snapshot until that is agreed to', () => {
  expect(whyNotRemovable(plan(), false)).toBeNull();
  expect(whyNotRemovable(plan({ running: ['d:a/vm/1'] }), true)).toContain('d:a/vm/1');
  expect(whyNotRemovable(plan({ protectedCount: 2 }), false)).toContain('2 protected snapshots');
  expect(whyNotRemovable(plan({ protectedCount: 2 }), true)).toBeNull();
});
