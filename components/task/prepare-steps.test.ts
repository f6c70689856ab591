import { expect, test } from 'vitest';
import { failedStep, prepareSteps } from './prepare-steps.ts';

const states = (task: Parameters<typeof prepareSteps>[0]) => prepareSteps(task).map((step) => step.state);

test('a queued task has all steps before it', () => {
  expect(states({ kind: 'datastore.create', state: 'queued', progress: null })).toEqual([
    'waiting',
    'waiting',
    'waiting',
    'waiting',
  ]);
});

test('steps before the phase are done, the phase itself runs', () => {
  const progress = { phase: 'Chunk directories', done: 4096, total: 65536 };
  expect(states({ kind: 'datastore.create', state: 'running', progress })).toEqual([
    'done',
    'done',
    'running',
    'waiting',
  ]);
});

test('a failure names the step that it happened in', () => {
  const task = { kind: 'datastore.create', state: 'failed', progress: { phase: 'Probe' } } as const;
  expect(states(task).at(-1)).toBe('failed');
  expect(failedStep(task)).toBe('Write, read back and remove a test file');
  expect(failedStep({ ...task, progress: null })).toBeNull();
});

test('a task that went well has all steps behind it, whatever it reported last', () => {
  expect(states({ kind: 'datastore.adopt', state: 'succeeded', progress: null })).toEqual([
    'done',
    'done',
    'done',
    'done',
  ]);
});

test('kinds without fixed phases have no steps', () => {
  expect(states({ kind: 'backup', state: 'running', progress: null })).toEqual([]);
});
