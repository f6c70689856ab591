import { describe, expect, test } from 'vitest';
import {
  changeTableState,
  isFiltered,
  readTableState,
  type TableSpec,
  type TableState,
  writeTableState,
} from './table-state.ts';

const SPEC: TableSpec = {
  filterIds: ['status', 'kind'],
  sortableIds: ['name', 'used'],
  columnIds: ['name', 'status', 'used'],
  defaultSort: { columnId: 'name', descending: false },
};
const DEFAULTS: TableState = { text: '', filters: {}, sort: SPEC.defaultSort, columns: null, cursor: null };
const read = (query: string, spec = SPEC) => readTableState(new URLSearchParams(query), spec);
const write = (state: Partial<TableState>, before = '', spec = SPEC) =>
  writeTableState(new URLSearchParams(before), { ...DEFAULTS, ...state }, spec).toString();

describe('the state of a table in the address', () => {
  test.each<[string, Partial<TableState>]>([
    ['', {}],
    ['q=prod', { text: 'prod' }],
    ['status=offline&status=degraded', { filters: { status: ['offline', 'degraded'] } }],
    ['status=offline&kind=local', { filters: { status: ['offline'], kind: ['local'] } }],
    ['sort=-used', { sort: { columnId: 'used', descending: true } }],
    ['sort=-name', { sort: { columnId: 'name', descending: true } }],
    ['columns=name.used', { columns: ['name', 'used'] }],
    ['after=eyJ4IjoxfQ', { cursor: 'eyJ4IjoxfQ' }],
    ['q=a+%26+b%3Dc', { text: 'a & b=c' }],
  ])('%j there and back', (query, state) => {
    expect(read(query)).toEqual({ ...DEFAULTS, ...state });
    expect(write(state)).toBe(query);
  });

  test.each(['sort=size', 'sort=', 'sort=-', 'columns=', 'columns=nothing', 'owner=root', 'status='])(
    'what the table does not know is ignored: %s',
    (query) => expect(read(query)).toEqual(DEFAULTS),
  );

  test('parameters of others stay, old ones of this table go', () => {
    expect(write({ text: 'new' }, 'tab=gc&q=old&status=offline&after=x')).toBe('tab=gc&q=new');
  });

  test('two tables on a page do not read each other', () => {
    const groups = { ...SPEC, prefix: 'groups' };
    expect(write({ text: 'vm' }, 'q=other', groups)).toBe('q=other&groups.q=vm');
    expect(read('q=other&groups.q=vm', groups).text).toBe('vm');
  });

  test('another question starts at the first page, another column does not', () => {
    const paged = { ...DEFAULTS, cursor: 'x' };
    expect(changeTableState(paged, { text: 'vm' }).cursor).toBeNull();
    expect(changeTableState(paged, { sort: null }).cursor).toBeNull();
    expect(changeTableState(paged, { columns: ['name'] }).cursor).toBe('x');
    expect(changeTableState(paged, { cursor: 'y' }).cursor).toBe('y');
  });

  test('a sort or a page is no filter', () => {
    expect(isFiltered({ ...DEFAULTS, cursor: 'x', sort: { columnId: 'used', descending: true } })).toBe(
      false,
    );
    expect(isFiltered({ ...DEFAULTS, filters: { kind: ['local'] } })).toBe(true);
  });
});
