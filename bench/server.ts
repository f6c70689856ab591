import { type ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { migrateDatabase } from '#drizzle/migrate.ts';
import { openQueue } from '#drizzle/queue.ts';
import { prepareDataDirectory } from '#scripts/up/data-directory.ts';
import { childEnvironment } from '#scripts/up/env.ts';
import { prepareFirstPrincipals } from '#scripts/up/first-principals.ts';
import { underSupervisor } from '#scripts/up/pdeathsig.ts';
import { freePort, startPostgres } from '#scripts/up/postgres.ts';
import { run } from './measuring/measure.ts';
import type { Workspace } from './workspace.ts';

/** A real server of the benchmark's own: durable PostgreSQL, the API, and the worker as `npm start` runs it. */
export interface BenchServer {
  /** `host:port` */
  gateway: string;
  /** The API, as an address. */
  console: string;
  databaseUrl: string;
  /** Of the local command line. */
  token: string;
  /** The command line, as a user of this server starts it. */
  command(words: readonly string[]): { words: string[]; environment: Record<string, string> };
  /** Worker first, then PostgreSQL and the API. */
  processes(): number[];
  createDatastore(name: string, path: string): Promise<void>;
}

const TOP = join(import.meta.dirname, '..');
const WORKER = ['--external-memory-accounted-in-global-limit', 'worker/main.ts'];
const PATIENCE_MS = 60_000;

export async function startBenchServer(workspace: Workspace): Promise<BenchServer> {
  const directory = prepareDataDirectory(workspace.path('server'));
  const postgres = await startPostgres({
    directory: directory.postgres,
    passwordFile: directory.databasePassword,
  });
  workspace.atEnd(() => postgres.stop());
  await migrateDatabase(postgres.url);
  const queue = await openQueue({ url: postgres.url, supervise: false, onError: () => {} });
  await queue.stop({ timeoutMs: 1000 });
  await prepareFirstPrincipals(postgres.url, directory.cliToken);
  const [webPort, gatewayPort] = [await freePort(), await freePort()];
  const environment = childEnvironment({
    DATABASE_URL: postgres.url,
    IBS_DATA_DIR: directory.path,
    IBS_HOST: '127.0.0.1',
    IBS_WEB_PORT: String(webPort),
    IBS_GATEWAY_PORT: String(gatewayPort),
    UV_THREADPOOL_SIZE: '16',
    MALLOC_ARENA_MAX: '2',
    NODE_COMPILE_CACHE: workspace.path('compile-cache'),
  });
  const console = `http://127.0.0.1:${webPort}`;
  const gateway = `127.0.0.1:${gatewayPort}`;
  fs.writeFileSync(directory.endpointFile, JSON.stringify({ console, gateway }), { mode: 0o600 });
  const worker = start(workspace, WORKER, environment);
  const web = start(workspace, ['testing/console-process.ts'], environment);
  await until(worker, () => answers(`http://${gateway}/`));
  await until(web, async () => (await fetch(`${console}/api/health`)).ok);
  const command = (words: readonly string[]) => ({
    words: [join(TOP, 'bin', 'ironcore-backup'), ...words],
    environment: { IBS_DATA_DIR: directory.path, XDG_CACHE_HOME: workspace.path('cache') },
  });
  await run(command(['settings', 'set', `allowedRoots+=${workspace.root}`]));
  return {
    ...{ gateway, console, databaseUrl: postgres.url },
    token: fs.readFileSync(directory.cliToken, 'utf8').trim(),
    command,
    processes: () => [worker, postgres.process, web].map(({ pid }) => pid ?? 0),
    async createDatastore(name, path) {
      const where = ['datastore', 'create', '--name', name, '--type', 'local', '--path', path];
      await run(command([...where, '--same-filesystem-reason', 'benchmark of a while']));
    },
  };
}

function start(workspace: Workspace, command: string[], environment: NodeJS.ProcessEnv): ChildProcess {
  const [program = '', ...words] = underSupervisor([process.execPath, ...command], 'TERM', null);
  const child = spawn(program, words, { cwd: TOP, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part: Buffer) => {
      said = (said + part.toString('utf8')).slice(-4000);
    });
  }
  child.once('exit', (code, signal) => {
    if (!workspace.isEnding)
      process.stderr.write(`${command.at(-1)} ended (${signal ?? `status ${code}`}):\n${said}\n`);
  });
  workspace.atEnd(() => end(child));
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

/** It speaks TLS, so any refusal but that of the connection is a sign of life. */
function answers(url: string): Promise<boolean> {
  return fetch(url).then(
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
