import { expect, test } from 'vitest';
import type { TaskRow } from '#drizzle/tasks.ts';
import { findFailures } from './find-failures.ts';

const backup = (id: string, machine: string, time: string, state: TaskRow['state']) =>
  ({ id, kind: 'backup', subject: `ibs-primary:vm/${machine}/2026-05-0${time}T08:00:00Z`, state }) as TaskRow;

test('a failed backup is made good by a later one of the same machine, not by one of another or an earlier one', () => {
  const failures = findFailures([
    backup('d', '101', '4', 'succeeded'),
    backup('c', '101', '3', 'failed'),
    backup('b', '102', '2', 'failed'),
    backup('a', '102', '1', 'succeeded'),
  ]);
  expect(failures.map(({ id, resolved }) => [id, resolved])).toEqual([
    ['c', true],
    ['b', false],
  ]);
});
