import { expect, test } from 'vitest';
import type { Overview, TaskView } from '../trpc/views.ts';
import { prepareLatest } from './prepare-latest.ts';

const task = (id: string, machine: string, state: TaskView['state']) =>
  ({ id, kind: 'backup', subject: `a:vm/${machine}/2026-05-0${id}T08:00:00Z`, state }) as TaskView;
const failure = (id: string, machine: string, resolved = false) =>
  ({ ...task(id, machine, 'failed'), resolved }) as Overview['failures'][number];

test('what failed comes first and once, though something else ended later', () => {
  const ended = [task('4', '9', 'succeeded'), task('3', '1', 'failed'), task('2', '1', 'failed')];
  const latest = prepareLatest([failure('3', '1'), failure('2', '1')], ended);
  expect(latest.map(({ task: { id }, times }) => [id, times])).toEqual([
    ['3', 2],
    ['4', 1],
  ]);
});

test('a failure that was made good stands where it happened', () => {
  const ended = [task('4', '1', 'succeeded'), task('3', '1', 'failed')];
  expect(prepareLatest([failure('3', '1', true)], ended).map((row) => [row.task.id, row.resolved])).toEqual([
    ['4', false],
    ['3', true],
  ]);
});

test('failures leave room for what went well', () => {
  const failures = Array.from({ length: 9 }, (_, index) => failure(String(index), `m${index}`));
  const latest = prepareLatest(failures, [task('z', 'x', 'succeeded')], 8);
  expect(latest.map((row) => row.task.state)).toEqual([...Array(6).fill('failed'), 'succeeded']);
});
