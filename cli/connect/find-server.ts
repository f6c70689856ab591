import * as fs from 'node:fs';
import { join } from 'node:path';
import { BackupError } from '#domain/errors.ts';
import { UsageError } from '../command.ts';
import type { Environment } from '../env.ts';
import type { Globals } from '../globals.ts';
import { type Credentials, readCredentials, readIfThere } from './credentials.ts';

/** Where the server is, and how we prove who we are. */
export interface ServerAccess {
  /** Address of the console, without a slash at its end. */
  console: string;
  /** `host:port` of the backup gateway when this host's own server was found; else the console tells it. */
  gateway: string | null;
  /** The certificate that this host's own gateway shows. */
  certificateFile: string | null;
  /** `user@realm!name:secret`. */
  token: string;
  /** Where address and token come from, in words. */
  consoleFrom: string;
  tokenFrom: string;
}

export interface Found {
  console: string;
  from: string;
  gateway: string | null;
  certificateFile: string | null;
  /** Its token, when the place that named the server also has one. */
  tokenFile: string | null;
}

/**
 * What was said most directly counts: the command line, then the environment, then a data directory that was named,
 * then the last login, then the server of this host.
 */
export async function findServer(
  globals: Globals,
  environment: Environment,
  readStandardInput: () => Promise<string>,
): Promise<ServerAccess> {
  const credentials = readCredentials(environment.credentialsFile);
  const found = findConsole(globals, environment, credentials);
  const proof = await findToken(globals, environment, credentials, found, readStandardInput);
  const { console, gateway, certificateFile } = found;
  return { console, gateway, certificateFile, consoleFrom: found.from, ...proof };
}

export function findConsole(globals: Globals, environment: Environment, credentials: Credentials): Found {
  if (globals.server !== null) return named(globals.server, '--server', environment);
  if (environment.server !== null) return named(environment.server, 'IBS_SERVER', environment);
  if (environment.dataDirectory !== null) {
    const local = localServer(environment.dataDirectory);
    if (local) return local;
    throw new BackupError(
      'SERVER_UNREACHABLE',
      `No server has run on ${environment.dataDirectory} (IBS_DATA_DIR).`,
      {
        hint: 'Start it there with "npm start", or unset IBS_DATA_DIR.',
      },
    );
  }
  if (credentials.current !== null) {
    return remote(credentials.current, 'the last login');
  }
  const local = localServer(environment.defaultDataDirectory);
  if (local) return local;
  throw unknownServer(environment);
}

/** A server that was named may be the one of this host; then its token is at hand. */
function named(address: string, from: string, environment: Environment): Found {
  const console = checkAddress(address, from);
  for (const directory of [environment.dataDirectory, environment.defaultDataDirectory]) {
    const local = directory === null ? null : quietly(() => localServer(directory));
    if (local?.console === console) return { ...local, from };
  }
  return remote(console, from);
}

function remote(console: string, from: string): Found {
  return { console, from, gateway: null, certificateFile: null, tokenFile: null };
}

/** The server of this host, if its gateway has this address. */
export function localGateway(gateway: string, environment: Environment): Found | null {
  for (const directory of [environment.dataDirectory, environment.defaultDataDirectory]) {
    const local = directory === null ? null : quietly(() => localServer(directory));
    if (local?.gateway === gateway) return local;
  }
  return null;
}

export function checkAddress(address: string, from: string): string {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url && (url.protocol === 'http:' || url.protocol === 'https:')) {
    return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
  }
  throw new UsageError(
    `${JSON.stringify(address)} (${from}) is not the address of a console.`,
    'Write it with its scheme, for example https://backup.example.com or http://127.0.0.1:3000.',
  );
}

/** What `npm start` left in its data directory; null when there is none. */
function localServer(directory: string): Found | null {
  const text = readIfThere(join(directory, 'endpoint.json'));
  if (text === null) return null;
  const endpoint = JSON.parse(text) as { console: string; gateway: string };
  return {
    console: checkAddress(endpoint.console, join(directory, 'endpoint.json')),
    from: `data directory ${directory}`,
    gateway: endpoint.gateway,
    certificateFile: join(directory, 'tls', 'gateway.crt'),
    tokenFile: join(directory, 'cli.token'),
  };
}

/** What proves who we are to the server that was found; AUTH_REQUIRED when there is nothing. */
export async function findToken(
  globals: Globals,
  environment: Environment,
  credentials: Credentials,
  found: Found,
  readStandardInput: () => Promise<string>,
): Promise<{ token: string; tokenFrom: string }> {
  const { tokenFile } = globals;
  if (tokenFile === '-') {
    return { token: checkToken(await readStandardInput(), 'standard input'), tokenFrom: 'standard input' };
  }
  if (tokenFile !== null) return fromFile(tokenFile, '--token-file');
  if (environment.tokenFile !== null) return fromFile(environment.tokenFile, 'IBS_TOKEN_FILE');
  if (environment.token !== null) {
    return { token: checkToken(environment.token, 'IBS_TOKEN'), tokenFrom: 'IBS_TOKEN' };
  }
  const saved = credentials.servers[found.console];
  if (found.tokenFile !== null) {
    const text = saved ? quietly(() => readIfThere(found.tokenFile ?? '')) : readIfThere(found.tokenFile);
    if (text !== null) return { token: checkToken(text, found.tokenFile), tokenFrom: found.tokenFile };
  }
  if (saved) return { token: saved.token, tokenFrom: 'the last login' };
  throw new BackupError('AUTH_REQUIRED', `There is no API token for ${found.console}.`, {
    hint: found.console.includes('://')
      ? `Log in: ironcore-backup login --server ${found.console}`
      : 'Name the file that holds it: --token-file, or IBS_TOKEN_FILE.',
  });
}

function fromFile(file: string, from: string): { token: string; tokenFrom: string } {
  const text = readIfThere(file);
  if (text === null) throw new UsageError(`There is no file ${file} (${from}).`);
  return { token: checkToken(text, file), tokenFrom: file };
}

/** One line of printable characters, since it becomes a header of a request. */
export function checkToken(text: string, from: string): string {
  const token = text.trim();
  if (/^[\x21-\x7e]{1,512}$/.test(token) && token.includes('!') && token.includes(':')) return token;
  throw new UsageError(`What ${from} holds is not an API token.`, 'A token reads user@realm!name:secret.');
}

function unknownServer(environment: Environment): BackupError {
  const system = environment.systemDataDirectory;
  // The directory lets others pass, so whether root runs a server can be seen even where its token cannot.
  const elsewhere =
    system !== environment.defaultDataDirectory && fs.existsSync(join(system, 'endpoint.json'));
  return new BackupError('SERVER_UNREACHABLE', 'No server is known.', {
    hint: elsewhere
      ? `The server of this host belongs to root: use sudo, or log in with a token of your own.`
      : 'On the server itself, start it with "npm start" (with another data directory, set IBS_DATA_DIR). ' +
        'From elsewhere: ironcore-backup login --server https://HOST',
  });
}

function quietly<T>(read: () => T | null): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
