import { expect, test } from 'vitest';
import { taskObject, workKey } from './task-object.ts';

test('two backups of one machine are the same work, two restores of its snapshots are not', () => {
  const one = 'ibs-primary:production/vm/101/2026-05-02T08:11:33Z';
  const two = 'ibs-primary:production/vm/101/2026-05-03T08:11:33Z';
  expect(taskObject({ kind: 'backup', subject: one })).toBe('ibs-primary:production/vm/101');
  expect(workKey({ kind: 'backup', subject: one })).toBe(workKey({ kind: 'backup', subject: two }));
  expect(workKey({ kind: 'restore', subject: one })).not.toBe(workKey({ kind: 'restore', subject: two }));
});
