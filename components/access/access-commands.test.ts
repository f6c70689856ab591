import { expect, test } from 'vitest';
import {
  createTokenCommands,
  createUserCommands,
  grantCommands,
  tokenUseCommands,
  updateUserCommands,
} from './access-commands.ts';

const cliOf = (forms: { name: string; text: string }[]) => forms.find(({ name }) => name === 'CLI')?.text;

test('a new user: the password is never in the command', () => {
  const forms = createUserCommands({ user: 'alice@ibs', comment: '', role: 'Auditor' });
  expect(cliOf(forms)).toBe('ironcore-backup user create alice@ibs --role Auditor');
});

test('only what changes of a user is named', () => {
  expect(cliOf(updateUserCommands('alice@ibs', { enabled: false }))).toBe(
    'ironcore-backup user update alice@ibs --disable',
  );
  expect(cliOf(updateUserCommands('alice@ibs', { expiresAt: null }))).toBe(
    'ironcore-backup user update alice@ibs --expires never',
  );
  expect(cliOf(updateUserCommands('alice@ibs', { comment: '' }))).toBe(
    'ironcore-backup user update alice@ibs --comment ""',
  );
});

test('a token without a role says nothing about a place', () => {
  const facts = {
    user: undefined,
    name: 'web-1',
    comment: '',
    expiresAt: new Date(0),
    role: '',
    datastore: 'a-b',
    namespace: '',
  };
  expect(cliOf(createTokenCommands(facts))).toBe('ironcore-backup token create web-1 --expires 1970-01-01');
  expect(cliOf(createTokenCommands({ ...facts, role: 'Datastore.Backup', expiresAt: null }))).toContain(
    '--datastore a-b',
  );
});

test('a grant that does not propagate', () => {
  const facts = { principal: 'alice@ibs!ci', role: 'Auditor', path: '/', propagate: false } as const;
  expect(cliOf(grantCommands(facts))).toContain("--auth-id 'alice@ibs!ci'");
  expect(cliOf(grantCommands(facts))).toContain('--no-propagate');
});

test('how a token is used; the other client only where there is a datastore', () => {
  const use = {
    console: 'https://backup.example.com',
    gateway: 'backup.example.com:8007',
    fingerprint: null,
    token: { id: 'alice@ibs!web-1', secret: 's3cret' },
    datastore: '',
  };
  expect(tokenUseCommands(use).map(({ name }) => name)).toEqual(['Environment', 'Token file', 'curl']);
  expect(tokenUseCommands(use)[0]?.text).toContain("export IBS_TOKEN='alice@ibs!web-1:s3cret'");
  expect(tokenUseCommands({ ...use, datastore: 'a-b' })[3]?.text).toContain(
    "PBS_REPOSITORY='alice@ibs!web-1@backup.example.com:8007:a-b'",
  );
});
