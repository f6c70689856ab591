import { expect, test } from 'vitest';
import type { TaskKind } from './task.ts';
import { groupByCause } from './task-causes.ts';

const failed = (hour: number, subject: string, code: string | null, kind: TaskKind = 'datastore.gc') => ({
  ...{ kind, subject, createdAt: new Date(hour) },
  error: code === null ? null : { code, message: `at ${hour}` },
});

test('what failed of one kind with one code is one cause, however its words differ', () => {
  const causes = groupByCause(
    [
      failed(9, 'a', 'DATASTORE_OFFLINE'),
      failed(8, 'b', 'DATASTORE_OFFLINE'),
      failed(7, 'a', 'STORAGE_FULL'),
      failed(6, 'a', 'DATASTORE_OFFLINE'),
      failed(5, 'a', 'DATASTORE_OFFLINE', 'datastore.verify'),
      failed(4, 'a', null),
    ],
    new Map(),
  );
  expect(causes.map(({ kind, code, failures, works }) => [kind, code, failures.length, works])).toEqual([
    ['datastore.gc', 'DATASTORE_OFFLINE', 3, 2],
    ['datastore.gc', 'STORAGE_FULL', 1, 1],
    ['datastore.verify', 'DATASTORE_OFFLINE', 1, 1],
    ['datastore.gc', 'TASK_FAILED', 1, 1],
  ]);
});

test('what went well since is not open, and comes after what is', () => {
  const failures = [failed(9, 'a', 'STORAGE_FULL'), failed(8, 'b', 'TIMED_OUT'), failed(7, 'c', 'TIMED_OUT')];
  const wentWell = new Map([
    ['datastore.gc a', 10],
    ['datastore.gc b', 5],
    ['datastore.gc c', 8],
  ]);
  expect(groupByCause(failures, wentWell).map(({ code, open, works }) => [code, open, works])).toEqual([
    ['TIMED_OUT', 1, 2],
    ['STORAGE_FULL', 0, 1],
  ]);
});
