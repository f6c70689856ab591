import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { underSupervisor } from './pdeathsig.ts';
import { barrierTo, findBinaries } from './postgres-binaries.ts';
import { writePrivate } from './private-files.ts';

/**
 * PostgreSQL from an npm package, run as a child of ours. It listens on a free loopback port, wants a password,
 * and shuts down by itself when we are killed. As root it runs as `nobody`, since it refuses root.
 */
export interface EmbeddedPostgres {
  url: string;
  process: ChildProcess;
  stop(): Promise<void>;
}

export interface PostgresOptions {
  /** Directory of the cluster; made when missing. Its parent must be passable for `nobody` when run by root. */
  directory: string;
  /** File that keeps the generated password, readable by its owner alone. */
  passwordFile: string;
  /** Give up durability, for tests. */
  fast?: boolean;
}

const USER = 'ibs';
const START_ATTEMPTS = 20;
const START_PAUSE_MS = 250;
const READY_TIMEOUT_MS = 30_000;

export async function startPostgres(options: PostgresOptions): Promise<EmbeddedPostgres> {
  const account = accountToRunAs();
  if (account) requirePassable(dirname(options.directory));
  const isNew = !fs.existsSync(join(options.directory, 'PG_VERSION'));
  const password = isNew ? makePassword(options.passwordFile) : readPassword(options.passwordFile);
  const binaries = findBinaries(dirname(options.directory), account !== null);
  if (isNew) {
    initialize(binaries, options.directory, password, account);
  }
  await stopLeftover(options.directory);
  const port = await freePort();
  const child = await launch(binaries, options, port, account);
  const url = `postgres://${USER}:${password}@127.0.0.1:${port}/ibs`;
  await waitUntilReady(url.replace(/\/ibs$/, '/postgres'), child);
  await ensureDatabase(url.replace(/\/ibs$/, '/postgres'));
  return { url, process: child, stop: () => stop(child) };
}

interface Account {
  uid: number;
  gid: number;
}

/** Null for ordinary users: then PostgreSQL runs as they do. */
function accountToRunAs(): Account | null {
  if (process.getuid?.() !== 0) return null;
  const line = fs
    .readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('nobody:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  if (uid === undefined || gid === undefined) {
    throw new Error(
      'There is no user "nobody", which PostgreSQL needs to run as when it is started by root.',
    );
  }
  return { uid: Number(uid), gid: Number(gid) };
}

function requirePassable(path: string): void {
  const barrier = barrierTo(fs.realpathSync(path));
  if (barrier === null) return;
  throw new Error(
    `PostgreSQL runs as "nobody" when root starts it, who may not enter ${barrier}. ` +
      `Let others pass (chmod o+x ${barrier}), or set IBS_DATA_DIR to a directory elsewhere.`,
  );
}

/** For a cluster that is yet to be made: no other one knows what may stand in the file. */
function makePassword(file: string): string {
  const password = randomBytes(24).toString('hex');
  writePrivate(file, `${password}\n`);
  return password;
}

function readPassword(file: string): string {
  const password = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim() : '';
  if (/^[0-9a-f]{48}$/.test(password)) return password;
  throw new Error(
    `${file} is missing, empty or damaged, and the embedded PostgreSQL cannot be opened without it. ` +
      'Put it back from a backup of the data directory, or set IBS_DATA_DIR to a new directory and adopt the datastores there.',
  );
}

function initialize(binaries: string, directory: string, password: string, account: Account | null): void {
  fs.rmSync(directory, { recursive: true, force: true });
  fs.mkdirSync(directory, { mode: 0o700 });
  const passwordFile = `${directory}.password`;
  fs.writeFileSync(passwordFile, password, { mode: 0o600 });
  try {
    if (account) {
      fs.chownSync(directory, account.uid, account.gid);
      fs.chownSync(passwordFile, account.uid, account.gid);
    }
    const flags = [
      '-D',
      directory,
      '-U',
      USER,
      '-A',
      'scram-sha-256',
      `--pwfile=${passwordFile}`,
      '-E',
      'UTF8',
    ];
    const locale = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--no-sync'];
    const result = spawnSync(join(binaries, 'bin/initdb'), [...flags, ...locale], {
      ...account,
      cwd: '/',
      encoding: 'utf8',
      env: { NODE_ENV: 'production', PATH: '/usr/bin:/bin', TZ: 'UTC' },
    });
    if (result.status === 0) return;
    fs.rmSync(directory, { recursive: true, force: true });
    throw new Error(`PostgreSQL could not be set up: ${(result.stderr || String(result.error)).trim()}`);
  } finally {
    fs.rmSync(passwordFile, { force: true });
  }
}

/** A server that an earlier supervisor left behind still holds the cluster: it is asked to stop first. */
async function stopLeftover(directory: string): Promise<void> {
  const pid = readPid(join(directory, 'postmaster.pid'));
  if (pid === null || !isPostgres(pid)) return;
  process.kill(pid, 'SIGINT');
  for (let waited = 0; waited < 10_000 && isPostgres(pid); waited += 100) await pause(100);
}

function readPid(file: string): number | null {
  try {
    const pid = Number.parseInt(fs.readFileSync(file, 'utf8'), 10);
    return pid > 1 ? pid : null;
  } catch {
    return null;
  }
}

function isPostgres(pid: number): boolean {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres');
  } catch {
    return false;
  }
}

async function launch(
  binaries: string,
  options: PostgresOptions,
  port: number,
  account: Account | null,
): Promise<ChildProcess> {
  const settings = [
    ['listen_addresses', '127.0.0.1'],
    ['unix_socket_directories', ''],
    ['max_connections', '100'],
    ['shared_buffers', '64MB'],
    ['log_min_messages', 'fatal'],
    ...(options.fast
      ? [
          ['fsync', 'off'],
          ['full_page_writes', 'off'],
          ['synchronous_commit', 'off'],
        ]
      : []),
  ].flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const command = [join(binaries, 'bin/postgres'), '-D', options.directory, '-p', String(port), ...settings];
  // Right after a crash the old process may not be gone yet: its lock file is then still in the way.
  for (let attempt = 1; ; attempt += 1) {
    const [program = '', ...flags] = underSupervisor(command, 'INT', account);
    const child = spawn(program, flags, {
      cwd: '/',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { NODE_ENV: 'production', TZ: 'UTC' },
      detached: true, // out of the reach of Ctrl-C in a terminal: those who use the database stop before it
    });
    const complaint = await earlyExit(child);
    if (complaint === null) return child;
    if (attempt === START_ATTEMPTS) throw new Error(`PostgreSQL did not start: ${complaint}`);
    await pause(START_PAUSE_MS);
  }
}

/** What it said when it ended within the first moments; null when it keeps running. */
async function earlyExit(child: ChildProcess): Promise<string | null> {
  let said = '';
  child.stderr?.on('data', (text) => {
    said = (said + text).slice(-2000);
  });
  child.stdout?.resume();
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), 200);
    child.once('error', (error) => resolve(error.message));
    child.once('exit', () => {
      clearTimeout(timer);
      resolve(said.trim() || 'it ended without a word');
    });
  });
}

async function waitUntilReady(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  for (;;) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1000 });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      await client.end().catch(() => {});
      if (child.exitCode !== null || Date.now() > deadline) throw error;
      await pause(50);
    }
  }
}

async function ensureDatabase(adminUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query("SELECT 1 FROM pg_database WHERE datname = 'ibs'");
    if (rowCount === 0) await client.query('CREATE DATABASE ibs');
  } finally {
    await client.end();
  }
}

/** SIGINT is PostgreSQL's fast shutdown: it ends sessions and writes a checkpoint. */
function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGINT');
  });
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
