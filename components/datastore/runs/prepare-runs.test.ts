import { expect, test } from 'vitest';
import type { TaskView } from '../../trpc/views.ts';
import { prepareRuns } from './prepare-runs.ts';

const run = (id: string, state: TaskView['state'], minutes = 1) =>
  ({
    ...{ id, state },
    startedAt: new Date(0),
    finishedAt: state === 'running' ? null : new Date(minutes * 60_000),
  }) as TaskView;

const idsOf = ({ active, last, lastGood }: ReturnType<typeof prepareRuns>) =>
  [active, last, lastGood].map((task) => task?.id ?? null);

test('what is on its way, what ended last, and what last came to a result are told apart', () => {
  const tasks = [run('d', 'running'), run('c', 'failed'), run('b', 'cancelled'), run('a', 'warnings')];
  expect(idsOf(prepareRuns(tasks))).toEqual(['d', 'c', 'a']);
  expect(idsOf(prepareRuns([]))).toEqual([null, null, null]);
});

test('how long it usually takes is the median of those that went well, from three on', () => {
  const good = [run('c', 'succeeded', 30), run('b', 'succeeded', 10), run('a', 'warnings', 20)];
  expect(prepareRuns([run('d', 'failed', 900), ...good]).usualMs).toBe(20 * 60_000);
  expect(prepareRuns([run('d', 'failed', 900), ...good.slice(1)]).usualMs).toBeNull();
});
