import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { inject } from 'vitest';
import { prepareDataDirectory } from '#scripts/up/data-directory.ts';
import { prepareFirstPrincipals } from '#scripts/up/first-principals.ts';
import { underSupervisor } from '#scripts/up/pdeathsig.ts';
import { roomyDirectory } from './roomy-directory.ts';

/** A whole server for tests of programs: a database of its own, the API process and the storage worker. */
export interface RunningServer {
  /** Address of the console. */
  console: string;
  /** `host:port` of the backup gateway. */
  gateway: string;
  /** What `IBS_DATA_DIR` is for it: `endpoint.json`, `cli.token` and the rest. */
  dataDirectory: string;
  databaseUrl: string;
  /** `local@system!cli:…`, the administrator of this host. */
  token: string;
  /** For the first administrator. */
  setupToken: string;
  stopWorker(): Promise<void>;
  startWorker(): Promise<void>;
  /** To the worker's process; resolves at once, for SIGKILL when it has ended. */
  signalWorker(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<void>;
  /** One more worker on the same database, with a gateway of its own. */
  startAnotherWorker(): Promise<AnotherWorker>;
  stop(): Promise<void>;
}

export interface AnotherWorker {
  gateway: string;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

const TOP = join(import.meta.dirname, '..');
const PATIENCE_MS = 90_000;

/** For `beforeAll`; stop it in `afterAll`. Needs the PostgreSQL of the project "integration". */
export async function startServer(): Promise<RunningServer> {
  const root = roomyDirectory('ibs-server');
  const databaseUrl = await createDatabase();
  const directory = prepareDataDirectory(join(root, 'data'));
  const { setupToken } = await prepareFirstPrincipals(databaseUrl, directory.cliToken);
  const [webPort, gatewayPort] = [await freePort(), await freePort()];
  const environment = {
    ...process.env,
    UV_THREADPOOL_SIZE: '16', // as with `npm start`: a few calls that hang must not be all that can be made
    DATABASE_URL: databaseUrl,
    IBS_DATA_DIR: directory.path,
    IBS_WEB_PORT: String(webPort),
    IBS_GATEWAY_PORT: String(gatewayPort),
  };
  const console = `http://127.0.0.1:${webPort}`;
  const gateway = `127.0.0.1:${gatewayPort}`;
  fs.writeFileSync(directory.endpointFile, `${JSON.stringify({ console, gateway })}\n`, { mode: 0o600 });
  const web = start('testing/console-process.ts', environment);
  let worker: ChildProcess | null = null;
  const startWorker = async () => {
    worker = start('worker/main.ts', environment);
    await until(worker, () => reaches(gatewayPort));
  };
  const stopWorker = async () => {
    if (worker) await end(worker);
    worker = null;
  };
  const others: AnotherWorker[] = [];
  const startAnotherWorker = async () => {
    const port = await freePort();
    const process = start('worker/main.ts', { ...environment, IBS_GATEWAY_PORT: String(port) });
    await until(process, () => reaches(port));
    const another = { gateway: `127.0.0.1:${port}`, stop: () => end(process), kill: () => kill(process) };
    others.push(another);
    return another;
  };
  const signalWorker = async (signal: NodeJS.Signals) => {
    if (worker && signal === 'SIGKILL') await kill(worker);
    else worker?.kill(signal);
  };
  await startWorker();
  await until(web, async () => (await fetch(`${console}/api/health`)).ok);
  return {
    ...{ console, gateway, databaseUrl, startWorker, stopWorker, signalWorker, startAnotherWorker },
    dataDirectory: directory.path,
    token: fs.readFileSync(directory.cliToken, 'utf8').trim(),
    setupToken: setupToken ?? '',
    stop: async () => {
      await Promise.all([stopWorker(), end(web), ...others.map((other) => other.stop())]);
      await dropDatabase(databaseUrl);
      fs.rmSync(root, { recursive: true, force: true });
    },
  };
}

function start(script: string, environment: NodeJS.ProcessEnv): ChildProcess {
  const [program = '', ...words] = underSupervisor([process.execPath, script], 'TERM', null);
  const child = spawn(program, words, { cwd: TOP, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  // What it says is only of interest when something goes wrong; the end of it tells what.
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part: Buffer) => {
      said = (said + part.toString('utf8')).slice(-4000);
    });
  }
  child.once('exit', (code) => {
    if (code !== 0 && code !== null) process.stderr.write(`${script} ended with status ${code}:\n${said}\n`);
  });
  return child;
}

async function until(child: ChildProcess, check: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await check().catch(() => false))) {
    if (child.exitCode !== null) throw new Error(`${child.spawnargs.at(-1)} ended before it was ready.`);
    if (performance.now() > deadline) throw new Error(`${child.spawnargs.at(-1)} did not become ready.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function reaches(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/`).then(
    () => true,
    (error) => !String(error.cause?.code).includes('ECONNREFUSED'),
  );
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), 9000);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

async function createDatabase(): Promise<string> {
  const { adminUrl, template } = inject('postgres');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await query(adminUrl, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  return adminUrl.replace(/\/ibs$/, `/${name}`);
}

async function dropDatabase(url: string): Promise<void> {
  const name = url.slice(url.lastIndexOf('/') + 1);
  await query(inject('postgres').adminUrl, `DROP DATABASE ${name} WITH (FORCE)`);
}

async function query(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
