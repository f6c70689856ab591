import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '#testing/temporary-directory.ts';
import type { Environment } from '../env.ts';
import type { Globals } from '../globals.ts';
import { readCredentials, writeCredentials } from './credentials.ts';
import { findServer } from './find-server.ts';

const GLOBALS: Globals = { server: null, tokenFile: null, output: 'table', quiet: false, color: true };
const SAVED = { principal: 'alice@ibs!cli', savedAt: '2026-05-02T08:00:00Z' };

function place() {
  const directory = temporaryDirectory();
  const environment: Environment = {
    server: null,
    tokenFile: null,
    token: null,
    fingerprint: null,
    caFile: null,
    dataDirectory: null,
    defaultDataDirectory: join(directory, 'default'),
    systemDataDirectory: join(directory, 'default'),
    credentialsFile: join(directory, 'config', 'credentials.json'),
    output: null,
    color: true,
    unicode: true,
  };
  return { directory, environment };
}

/** What `npm start` leaves in its data directory. */
function serverIn(path: string, port: number): void {
  fs.mkdirSync(path, { recursive: true });
  const endpoint = { console: `http://127.0.0.1:${port}`, gateway: '127.0.0.1:8007' };
  fs.writeFileSync(join(path, 'endpoint.json'), JSON.stringify(endpoint));
  fs.writeFileSync(join(path, 'cli.token'), `local@system!cli:secret${port}\n`);
}

function find(environment: Environment, globals: Partial<Globals> = {}, stdin = '') {
  return findServer({ ...GLOBALS, ...globals }, environment, async () => stdin);
}

test('on the server itself nothing has to be said', async () => {
  const { environment } = place();
  serverIn(environment.defaultDataDirectory, 3000);
  expect(await find(environment)).toEqual({
    console: 'http://127.0.0.1:3000',
    gateway: '127.0.0.1:8007',
    certificateFile: join(environment.defaultDataDirectory, 'tls', 'gateway.crt'),
    token: 'local@system!cli:secret3000',
    consoleFrom: `data directory ${environment.defaultDataDirectory}`,
    tokenFrom: join(environment.defaultDataDirectory, 'cli.token'),
  });
});

test('what was said most directly counts', async () => {
  const { directory, environment } = place();
  serverIn(environment.defaultDataDirectory, 3000);
  serverIn(join(directory, 'named'), 3001);
  const servers = { 'https://b.example': { token: 'alice@ibs!cli:b', ...SAVED } };
  const from = async (more: Partial<Environment>, globals?: Partial<Globals>) =>
    (await find({ ...environment, ...more }, globals)).console;
  expect(await from({})).toBe('http://127.0.0.1:3000');
  writeCredentials(environment.credentialsFile, { current: 'https://b.example', servers });
  expect(await from({})).toBe('https://b.example');
  const dataDirectory = join(directory, 'named');
  expect(await from({ dataDirectory })).toBe('http://127.0.0.1:3001');
  const token = 'x@ibs!cli:y';
  expect(await from({ dataDirectory, token, server: 'https://c.example/' })).toBe('https://c.example');
  expect(await from({ token, server: 'https://c.example' }, { server: 'http://d.example:8080' })).toBe(
    'http://d.example:8080',
  );
});

test('a token that was named counts before those that are found', async () => {
  const { directory, environment } = place();
  serverIn(environment.defaultDataDirectory, 3000);
  const file = join(directory, 'token');
  fs.writeFileSync(file, 'alice@ibs!file:1\n');
  const tokenFile = file;
  expect((await find({ ...environment, token: 'alice@ibs!env:2' })).token).toBe('alice@ibs!env:2');
  expect((await find({ ...environment, token: 'a@ibs!env:2', tokenFile })).token).toBe('alice@ibs!file:1');
  expect((await find(environment, { tokenFile })).tokenFrom).toBe(file);
  expect((await find(environment, { tokenFile: '-' }, 'alice@ibs!in:3\n')).token).toBe('alice@ibs!in:3');
});

test('the server of this host may also be named by its address', async () => {
  const { environment } = place();
  serverIn(environment.defaultDataDirectory, 3000);
  const found = await find(environment, { server: 'http://127.0.0.1:3000' });
  expect(found).toMatchObject({ token: 'local@system!cli:secret3000', consoleFrom: '--server' });
});

test.each(['127.0.0.1:3000', 'ftp://x', 'backup.example.com', ''])(
  '%j is refused as an address',
  async (server) => {
    await expect(find(place().environment, { server })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  },
);

test('a token that is none is refused before it is sent anywhere', async () => {
  const { environment } = place();
  serverIn(environment.defaultDataDirectory, 3000);
  for (const token of ['secret', 'a@ibs!b', 'a@ibs!b:c\nX-Evil: 1', '']) {
    const found = find({ ...environment, token: null }, { tokenFile: '-' }, token);
    await expect(found).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  }
});

test('without a server, without a token: each says what to do', async () => {
  const { environment } = place();
  await expect(find(environment)).rejects.toMatchObject({
    code: 'SERVER_UNREACHABLE',
    hint: expect.stringContaining('npm start'),
  });
  const dataDirectory = join(environment.defaultDataDirectory, 'none');
  await expect(find({ ...environment, dataDirectory })).rejects.toMatchObject({
    code: 'SERVER_UNREACHABLE',
    message: expect.stringContaining('IBS_DATA_DIR'),
  });
  await expect(find({ ...environment, server: 'https://x.example' })).rejects.toMatchObject({
    code: 'AUTH_REQUIRED',
    hint: 'Log in: ironcore-backup login --server https://x.example',
  });
});

test('saved logins can be read by their owner alone, and damage is said', () => {
  const { environment } = place();
  const file = environment.credentialsFile;
  expect(readCredentials(file)).toEqual({ current: null, servers: {} });
  const credentials = { current: 'https://a', servers: { 'https://a': { token: 'a@ibs!b:c', ...SAVED } } };
  writeCredentials(file, credentials);
  expect(readCredentials(file)).toEqual(credentials);
  expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  fs.writeFileSync(file, '{');
  expect(() => readCredentials(file)).toThrow('cannot be read as saved logins');
  fs.writeFileSync(file, '{"servers":{"a":{}}}');
  expect(() => readCredentials(file)).toThrow('cannot be read as saved logins');
});
