import { expect, test } from 'vitest';
import { changeBetween, changedFields } from './audit-change.ts';

test('of a change only what differs is kept', () => {
  expect(changeBetween({ a: 1, b: [1], c: 'x' }, { a: 1, b: [2], c: 'x', d: null })).toEqual({
    before: { b: [1], d: undefined },
    after: { b: [2], d: null },
  });
});

test('a difference names each field by its path', () => {
  const before = { enabled: true, keep: { daily: 7, weekly: 4 }, roots: ['/mnt'] };
  const after = { enabled: true, keep: { daily: 14, weekly: 4 }, roots: ['/mnt', '/srv'], comment: '' };
  expect(changedFields(before, after)).toEqual([
    { field: 'keep.daily', before: 7, after: 14 },
    { field: 'roots', before: ['/mnt'], after: ['/mnt', '/srv'] },
    { field: 'comment', before: undefined, after: '' },
  ]);
  expect(changedFields(null, { role: 'Auditor' })).toEqual([
    { field: 'role', before: undefined, after: 'Auditor' },
  ]);
  expect(changedFields(null, null)).toEqual([]);
});
