import { expect, test } from 'vitest';
import type { AclEntry } from '#domain/permissions.ts';
import type { PrincipalId } from '#domain/principal.ts';
import { grantableRoles, placeOf, roleOptions } from './token-input.ts';

const alice = 'alice@ibs' as PrincipalId;
const entries: AclEntry[] = [
  { path: '/datastore/main', principal: alice, role: 'Datastore.PowerUser', propagate: true },
];

test('only what the owner holds there can be given to a token', () => {
  expect(grantableRoles(entries, alice, '/')).toEqual([]);
  expect(grantableRoles(entries, alice, '/datastore/main/web')).toEqual([
    'Datastore.PowerUser',
    'Datastore.Backup',
  ]);
});

test('what cannot be given stays visible; NoAccess is no gift', () => {
  const options = roleOptions(['Datastore.Backup']);
  expect(options.find(({ value }) => value === 'Datastore.Backup')?.disabled).toBe(false);
  expect(options.find(({ value }) => value === 'Administrator')?.disabled).toBe(true);
  expect(options.some(({ value }) => value === 'NoAccess')).toBe(false);
});

test('where a role counts', () => {
  expect(placeOf({ datastore: '', namespace: '' })).toBe('/');
  expect(placeOf({ datastore: 'main', namespace: 'a/b' })).toBe('/datastore/main/a/b');
});
