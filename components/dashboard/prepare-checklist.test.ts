import { expect, test } from 'vitest';
import type { Overview, TaskView } from '../trpc/views.ts';
import { isComplete, prepareChecklist } from './prepare-checklist.ts';

const facts = (datastore: boolean, backup: boolean): Overview['checklist'] => ({
  administrator: true,
  token: false,
  datastore,
  backup,
});
const task = (kind: TaskView['kind'], state: TaskView['state']) => ({ kind, state }) as TaskView;
const states = (...input: Parameters<typeof prepareChecklist>) =>
  prepareChecklist(...input).map((step) => step.state);

test('from nothing to the first snapshot, each step after the one before', () => {
  expect(states(facts(false, false), [])).toEqual(['next', 'later', 'later']);
  expect(states(facts(true, false), [])).toEqual(['done', 'next', 'later']);
  expect(states(facts(true, false), [task('backup', 'succeeded')])).toEqual(['done', 'done', 'next']);
  expect(states(facts(true, true), [])).toEqual(['done', 'done', 'done']);
  expect(isComplete(facts(true, true))).toBe(true);
});

test('what runs and what failed is shown where it belongs', () => {
  expect(states(facts(false, false), [task('datastore.create', 'running')])[0]).toBe('running');
  expect(states(facts(true, false), [task('backup', 'running'), task('backup', 'failed')])[1]).toBe(
    'running',
  );
  expect(states(facts(true, false), [task('backup', 'failed')])[1]).toBe('failed');
});
