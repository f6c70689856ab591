import { expect, test } from 'vitest';
import { BackupError, ERROR_CODES, type ErrorCode } from '#domain/errors.ts';
import { UsageError, type Values } from '../command.ts';
import { knownCode, ServerError } from '../connect/server-error.ts';
import { text } from '../values.ts';
import { errorJson, errorLines, exitStatus } from './error.ts';
import { painter } from './style.ts';

const VALUES: Values = {
  path: text('--path <path>', ''),
  reason: text('--same-filesystem-reason <text>', '', { field: 'sameFilesystemReason' }),
  user: { flags: '<user>', about: '' },
};

function lines(error: BackupError, usage: string | null = null): string[] {
  return errorLines(error, { values: VALUES, usage }, painter(false));
}

test('an error is what happened, what to do, and the names under which logs know it', () => {
  const error = new ServerError('DATASTORE_NOT_FOUND', 'There is no datastore x.', {
    hint: 'List them: ironcore-backup datastore list',
    requestId: '1a2b3c4d',
  });
  expect(lines(error)).toEqual([
    'error: There is no datastore x.',
    'hint: List them: ironcore-backup datastore list',
    '(DATASTORE_NOT_FOUND, request 1a2b3c4d)',
  ]);
});

test('a value that was refused before a server saw it is named too; what is missing is not', () => {
  const wrong = new BackupError('PATH_INVALID', 'It is not absolute.', { field: 'path' });
  expect(lines(wrong)[0]).toBe('error: --path: It is not absolute.');
  const absent = new BackupError('FILE_NOT_FOUND', 'The archive has no x.', { field: 'path' });
  expect(lines(absent)[0]).toBe('error: The archive has no x.');
});

test('refused fields are named as they were typed, one a line', () => {
  const fields = [
    { field: 'path', message: 'The path must be absolute.', hint: 'Start it with "/".' },
    { field: 'sameFilesystemReason', message: 'Too short.' },
    { field: 'user', message: 'No user id.' },
    { field: 'elsewhere', message: 'Unknown to this command.' },
  ];
  expect(lines(new ServerError('PATH_INVALID', 'The path must be absolute.', { fields }))).toEqual([
    'error: 4 values are refused.',
    '  --path: The path must be absolute. Start it with "/".',
    '  --same-filesystem-reason: Too short.',
    '  USER: No user id.',
    '  elsewhere: Unknown to this command.',
    '(PATH_INVALID)',
  ]);
});

test('a wrong command line shows how it is meant', () => {
  expect(lines(new UsageError('Missing: --name <name>.'), 'ironcore-backup datastore create')).toEqual([
    'error: Missing: --name <name>.',
    'usage: ironcore-backup datastore create',
  ]);
});

test('stopping is no error', () => {
  expect(lines(new BackupError('CANCELLED', 'Stopped waiting.', { hint: 'a\nb' }))).toEqual([
    'Stopped waiting.',
    'a',
    'b',
  ]);
});

test('what a server says cannot drive the terminal', () => {
  expect(lines(new BackupError('INTERNAL', 'x\u001b[2J'))[0]).toBe('error: x\\x1b[2J');
});

test('as json it is one line with everything in it', () => {
  const error = new ServerError('DATA_CORRUPT', 'Two\nlines.', { taskId: 'abc' });
  const text = errorJson(error);
  expect(text).not.toContain('\n');
  expect(JSON.parse(text)).toEqual({
    error: { code: 'DATA_CORRUPT', message: 'Two\nlines.', taskId: 'abc', exit: 7 },
  });
});

test('exit statuses stay what the documentation says', () => {
  const statuses: [ErrorCode, number][] = [
    ['INTERNAL', 1],
    ['TASK_FAILED', 1],
    ['INPUT_INVALID', 2],
    ['AUTH_REQUIRED', 3],
    ['PRIVILEGE_MISSING', 3],
    ['DATASTORE_NOT_FOUND', 4],
    ['DATASTORE_PATH_NOT_EMPTY', 5],
    ['SERVER_UNREACHABLE', 6],
    ['DATASTORE_OFFLINE', 6],
    ['DATA_CORRUPT', 7],
    ['STORAGE_FULL', 8],
    ['CANCELLED', 130],
  ];
  for (const [code, status] of statuses) expect(exitStatus(new BackupError(code, ''))).toBe(status);
  const documented = new Set(statuses.map(([, status]) => status));
  for (const { exit } of Object.values(ERROR_CODES)) expect(documented).toContain(exit);
});

test('a code of a newer server counts as its failure', () => {
  expect(knownCode('MOON_PHASE_WRONG')).toBe('INTERNAL');
  expect(knownCode('GROUP_LOCKED')).toBe('GROUP_LOCKED');
});
