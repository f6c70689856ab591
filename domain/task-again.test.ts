import { expect, test } from 'vitest';
import { TASK_KINDS, type TaskKind, type TaskState } from './task.ts';
import { whyNotAgain } from './task-again.ts';

const why = (kind: TaskKind, state: TaskState, payload: unknown = {}) =>
  whyNotAgain({ kind, state, payload });
const KINDS = Object.keys(TASK_KINDS) as TaskKind[];

test('what only looks is run again after any end', () => {
  const kinds = KINDS.filter((kind) => why(kind, 'succeeded') === null);
  expect(kinds).toEqual([
    ...['datastore.probe', 'datastore.rescan', 'datastore.audit', 'datastore.gc', 'datastore.gcPreview'],
    ...['datastore.verify', 'datastore.drill', 'audit.verify'],
  ]);
});

test('what changes something small is run again only where nothing came of it', () => {
  const onlyFailed = KINDS.filter(
    (kind) =>
      why(kind, 'failed') === null && why(kind, 'cancelled') === null && why(kind, 'warnings') !== null,
  );
  expect(onlyFailed).toEqual(['snapshot.update', 'snapshot.move', 'namespace.create', 'namespace.move']);
});

test('what is running, what takes away, and what a client sends is not', () => {
  expect(why('datastore.audit', 'running')).toBe('It has not ended yet.');
  expect(why('datastore.remove', 'failed')).toMatch('Remove it anew');
  expect(why('backup', 'failed')).toMatch('client');
});

test('a mount that was accepted once is not accepted again unseen', () => {
  const payload = { datastoreId: 'b3a1f3f0-6d4e-4a6e-9f0a-2f6a3c1d5e7b', acceptMount: true };
  expect(why('datastore.probe', 'failed', payload)).toMatch('Probe the datastore anew');
  expect(why('datastore.probe', 'failed', { ...payload, acceptMount: false })).toBeNull();
});
