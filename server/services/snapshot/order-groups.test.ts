import { describe, expect, test } from 'vitest';
import type { GroupView } from './list-groups.ts';
import { filterGroups, sortGroups } from './order-groups.ts';

const group = (type: string, id: string, more: Partial<GroupView> = {}) =>
  ({ type, id, notes: '', owner: null, lastSizeBytes: null, ...more }) as GroupView;
const groups = [
  group('vm', '100', { notes: 'Mail server', owner: 'alice@ibs!pve', lastSizeBytes: 5 }),
  group('vm', '9', { lastSizeBytes: 70 }),
  group('host', 'web-1'),
  group('host', 'app', { lastSizeBytes: 5 }),
];
const ids = (found: GroupView[]) => found.map(({ id }) => id);

describe('a filter', () => {
  test('looks for text in name, comment and owner', () => {
    expect(ids(filterGroups(groups, { search: 'vm/1' }))).toEqual(['100']);
    expect(ids(filterGroups(groups, { search: 'MAIL' }))).toEqual(['100']);
    expect(ids(filterGroups(groups, { search: 'pve' }))).toEqual(['100']);
    expect(ids(filterGroups(groups, { search: 'nobody' }))).toEqual([]);
  });
  test('lets through the types that are named; no type is every type', () => {
    expect(ids(filterGroups(groups, { types: ['host'] }))).toEqual(['web-1', 'app']);
    expect(ids(filterGroups(groups, { types: [] }))).toHaveLength(4);
  });
});

describe('the order', () => {
  test('by name is that of every listing, numbers as numbers', () => {
    expect(ids(sortGroups(groups, 'group', false))).toEqual(['app', 'web-1', '9', '100']);
    expect(ids(sortGroups(groups, 'group', true))).toEqual(['100', '9', 'web-1', 'app']);
  });
  test('by name counts a number inside of a name as a number too', () => {
    const hosts = ['web-10', 'web-9', 'db'].map((id) => group('host', id));
    expect(ids(sortGroups(hosts, 'group', false))).toEqual(['db', 'web-9', 'web-10']);
  });
  test('by a value has what is not known last, both ways, and ties by name', () => {
    expect(ids(sortGroups(groups, 'lastSize', false))).toEqual(['app', '100', '9', 'web-1']);
    expect(ids(sortGroups(groups, 'lastSize', true))).toEqual(['9', 'app', '100', 'web-1']);
  });
});
