import { expect, test } from 'vitest';
import {
  AclInput,
  ChangePasswordInput,
  CreateAdministratorInput,
  CreateTokenInput,
  CreateUserInput,
  SignInInput,
} from './account.ts';
import { CreateDatastoreInput } from './datastore.ts';
import { GroupInput, NamespaceCreateInput } from './snapshot.ts';

const EMPTY = {
  ...{ user: '', password: '', current: '', next: '', setupToken: '', name: '', path: '', id: '' },
  ...{ datastore: '', parent: '', type: 'local', role: 'Auditor', principal: 'alice@ibs' },
};

/** What is said beside each field that is left empty. */
test.each([
  ['signing in', SignInInput, { user: 'Enter your user name.', password: 'Enter your password.' }],
  [
    'the first administrator',
    CreateAdministratorInput,
    {
      setupToken: 'Enter the token that the server printed.',
      user: 'Give the user a name.',
      password: 'Enter a password.',
    },
  ],
  ['a user', CreateUserInput, { user: 'Give the user a name.', password: 'Enter a password.' }],
  [
    'another password',
    ChangePasswordInput,
    { current: 'Enter your current password.', next: 'Enter a password.' },
  ],
  ['a token', CreateTokenInput.pick({ name: true }), { name: 'Give the token a name.' }],
  ['a grant', AclInput, { path: 'Say where: / is everything.' }],
  [
    'a datastore',
    CreateDatastoreInput,
    { name: 'Give the datastore a name.', path: 'Say where it lies on the server.' },
  ],
  [
    'a namespace',
    NamespaceCreateInput,
    { datastore: 'Give the datastore a name.', name: 'Give the namespace a name.' },
  ],
  ['a group', GroupInput.pick({ id: true }), { id: 'Give the machine an id.' }],
] as const)('%s says in words what is missing, once for each field', (_, schema, words) => {
  const issues = schema.safeParse(EMPTY).error?.issues ?? [];
  expect(issues.map(({ path, message }) => [path.join('.'), message])).toEqual(Object.entries(words));
});
