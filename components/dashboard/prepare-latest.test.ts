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

test('what failed for the same reason is one line with a count, and what failed otherwise another', () => {
  const error = { code: 'STORAGE_FULL', message: 'No space.' } as TaskView['error'];
  const failures = [failure('5', '1'), failure('4', '2'), failure('3', '2'), failure('2', '3')];
  const alike = failures.map((each, at) => (at < 3 ? { ...each, error } : each));
  expect(prepareLatest(alike, []).map(({ task: { id }, ...row }) => [id, row.objects, row.times])).toEqual([
    ['5', 'a:vm/1, a:vm/2', 3],
    ['2', 'a:vm/3', 1],
  ]);
});

test('what failed again and again before it went well is one line', () => {
  const ended = [task('4', '1', 'succeeded'), task('3', '1', 'failed'), task('2', '1', 'failed')];
  const failures = [failure('3', '1', true), failure('2', '1', true)];
  expect(prepareLatest(failures, ended).map((row) => [row.task.id, row.times, row.resolved])).toEqual([
    ['4', 1, false],
    ['3', 2, true],
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
  const failures = Array.from({ length: 9 }, (_, index) => ({
    ...failure(String(index), `m${index}`),
    outcome: `reason ${index}`,
  }));
  const latest = prepareLatest(failures, [task('z', 'x', 'succeeded')], 8);
  expect(latest.map((row) => row.task.state)).toEqual([...Array(6).fill('failed'), 'succeeded']);
});
