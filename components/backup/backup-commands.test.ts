import { expect, test } from 'vitest';
import { backupCommands, isLoopback } from './backup-commands.ts';

const facts = {
  server: 'backup.example:8007',
  fingerprint: 'aa:bb',
  token: { id: 'alice@ibs!web-1', secret: 's3cret' },
  datastore: 'ibs-primary',
  namespace: 'production',
  type: 'host',
  id: 'web-1',
  sources: ['root.pxar:/', 'etc.pxar:/etc'],
};

function textOf(name: string, more = {}) {
  return backupCommands({ ...facts, ...more }).find((form) => form.name === name)?.text ?? '';
}

test('the secret stands in the environment or in a file, never among the arguments', () => {
  for (const { text } of backupCommands(facts)) {
    const command = text.slice(text.search(/^(ironcore-backup|proxmox-backup-client) /m));
    expect(command).not.toContain('s3cret');
  }
});

test('the command names everything that the machine must know', () => {
  const text = textOf('Environment');
  expect(text).toContain("export IBS_TOKEN='alice@ibs!web-1:s3cret'");
  for (const part of [
    'backup root.pxar:/ etc.pxar:/etc',
    '--datastore ibs-primary',
    '--ns production',
    '--backup-type host',
    '--backup-id web-1',
    '--server backup.example:8007',
    '--fingerprint aa:bb',
  ]) {
    expect(text).toContain(part);
  }
});

test('the root namespace and a missing certificate are left out', () => {
  const text = textOf('Environment', { namespace: '', fingerprint: null });
  expect(text).not.toContain('--ns');
  expect(text).not.toContain('--fingerprint');
});

test('the token file is written for its owner only, and its ~ is left to the shell', () => {
  const text = textOf('Token file');
  expect(text).toContain('umask 077');
  expect(text).toContain('--token-file ~/.ironcore-backup-token');
});

test('the other client gets the repository in its own spelling', () => {
  expect(textOf('proxmox-backup-client')).toContain(
    "export PBS_REPOSITORY='alice@ibs!web-1@backup.example:8007:ibs-primary'",
  );
});

test.each([
  ['127.0.0.1:8007', true],
  ['localhost:8007', true],
  ['[::1]:8007', true],
  ['10.0.0.5:8007', false],
  ['localhost.example:8007', false],
])('%s is loopback: %s', (server, expected) => {
  expect(isLoopback(server)).toBe(expected);
});
