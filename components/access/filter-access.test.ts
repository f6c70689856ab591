import { expect, test } from 'vitest';
import type { AclView, UserView } from '../trpc/views.ts';
import { filterAccounts, filterGrants } from './filter-access.ts';

const state = { text: '', filters: {}, sort: null, columns: null, cursor: null };
const users = [
  { user: 'alice@ibs', enabled: true, expiresAt: null, grants: [{ path: '/', role: 'Administrator' }] },
  { user: 'bob@ibs', enabled: false, expiresAt: null, grants: [] },
] as unknown as UserView[];
const names = (change: object) =>
  filterAccounts(users, { ...state, ...change }, 0, (row) => row.user).map(({ user }) => user);

test('accounts by text, status and role', () => {
  expect(names({})).toEqual(['alice@ibs', 'bob@ibs']);
  expect(names({ text: ' BOB ' })).toEqual(['bob@ibs']);
  expect(names({ filters: { status: ['disabled'] } })).toEqual(['bob@ibs']);
  expect(names({ filters: { role: ['Administrator'] } })).toEqual(['alice@ibs']);
});

test('grants by text over principal and path, and by role', () => {
  const grants = [
    { principal: 'alice@ibs', path: '/datastore/main', role: 'Auditor' },
    { principal: 'bob@ibs', path: '/', role: 'Administrator' },
  ] as unknown as AclView[];
  expect(filterGrants(grants, { ...state, text: 'main' })).toHaveLength(1);
  expect(filterGrants(grants, { ...state, filters: { role: ['Administrator'] } })).toEqual([grants[1]]);
});
