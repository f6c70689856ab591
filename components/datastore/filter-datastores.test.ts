import { expect, test } from 'vitest';
import type { DatastoreView } from '../trpc/views.ts';
import type { TableState } from '../ui/table/table-state.ts';
import { filterDatastores } from './filter-datastores.ts';

const row = (name: string, more: Partial<DatastoreView> = {}) =>
  ({ name, comment: '', path: `/mnt/${name}`, kind: 'local', status: 'online', ...more }) as DatastoreView;
const rows = [row('primary', { comment: 'Rack 4' }), row('second', { status: 'offline' })];

function found(state: Partial<TableState>) {
  const whole = { text: '', filters: {}, sort: null, columns: null, cursor: null, ...state };
  return filterDatastores(rows, whole).map((each) => each.name);
}

test('text is looked for in name, comment and path, whatever its case', () => {
  expect(found({ text: 'RACK' })).toEqual(['primary']);
  expect(found({ text: '/mnt/sec' })).toEqual(['second']);
  expect(found({ text: 'nothing' })).toEqual([]);
  expect(found({ text: ' ' })).toEqual(['primary', 'second']);
});

test('a filter lets through what it names, several filters what all of them name', () => {
  expect(found({ filters: { status: ['offline', 'failed'] } })).toEqual(['second']);
  expect(found({ filters: { status: ['offline'], type: ['local'] }, text: 'primary' })).toEqual([]);
});
