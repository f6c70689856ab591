import { expect, test } from 'vitest';
import { isView, TASK_VIEWS } from './task-views.ts';

function current(filters: Record<string, readonly string[]>, text = '') {
  return TASK_VIEWS.filter((view) => isView(view, { filters, text })).map((view) => view.label);
}

test('a view is current when the address asks just that, in whatever order and range', () => {
  expect(current({})).toEqual(['All']);
  expect(current({ state: ['queued', 'running'] })).toEqual(['Running']);
  expect(current({ state: ['failed', 'warnings'], days: ['30'], group: ['cause'] })).toEqual(['Failures']);
  expect(current({ state: ['failed', 'warnings'], kind: ['datastore.prune'] })).toEqual(['Prune failures']);
});

test('a narrower question is none of the views', () => {
  expect(current({ state: ['failed'] })).toEqual([]);
  expect(current({ datastore: ['a'] })).toEqual([]);
  expect(current({}, 'vm/100')).toEqual([]);
});
