import { expect, test } from 'vitest';
import type { ServerEvent } from '../trpc/views.ts';
import { isAffected } from './affected-queries.ts';

const event = (topic: ServerEvent['topic'], ref = 'x'): ServerEvent => ({ id: 1, topic, ref });
const key = (path: string, input?: unknown) => [path.split('.'), { input, type: 'query' }];

test('a change of content asks anew for lists and counts, never for what lies inside a snapshot', () => {
  const events = [event('content')];
  expect(isAffected(key('snapshot.list', { limit: 100 }), events)).toBe(true);
  expect(isAffected(key('datastore.get', { name: 'a' }), events)).toBe(true);
  expect(isAffected(key('snapshot.browse', { archive: 'root.pxar.didx' }), events)).toBe(false);
});

test('the list of the trash follows what is removed, and the days that it is kept', () => {
  const list = key('trash.list', { datastore: 'a' });
  expect(isAffected(list, [event('content')])).toBe(true);
  expect(isAffected(list, [event('datastore')])).toBe(true);
  expect(isAffected(list, [event('task')])).toBe(false);
});

test('a task page is asked anew only for its own task', () => {
  expect(isAffected(key('task.get', { id: 'one' }), [event('task', 'one')])).toBe(true);
  expect(isAffected(key('task.get', { id: 'two' }), [event('task', 'one')])).toBe(false);
  expect(isAffected(key('task.list', {}), [event('task', 'one')])).toBe(true);
});

test('keys that are not of tRPC are left alone', () => {
  expect(isAffected(['something'], [event('task')])).toBe(false);
  expect(isAffected([], [event('task')])).toBe(false);
});
