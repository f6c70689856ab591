import { join } from 'node:path';
import { migrateDatabase } from '#drizzle/migrate.ts';
import { openQueue } from '#drizzle/queue.ts';
import { writeEndpoint } from './addresses.ts';
import { buildWhenNeeded } from './build.ts';
import { Child } from './child.ts';
import { claim, type DataDirectory, prepareDataDirectory } from './data-directory.ts';
import { childEnvironment, readUpConfig, type UpConfig } from './env.ts';
import { prepareFirstPrincipals } from './first-principals.ts';
import { reasonOf, requireDatabase } from './own-database.ts';
import { whenNpmEnds } from './parent.ts';
import { requirePort } from './ports.ts';
import { type EmbeddedPostgres, startPostgres } from './postgres.ts';
import { waitUntilReady } from './readiness.ts';
import { welcome } from './welcome.ts';

/** `npm start`: PostgreSQL, migrations, a build when needed, then console and worker, watched until Ctrl-C. */

const TOP = join(import.meta.dirname, '..', '..');
/**
 * The worker receives gigabytes through buffers that live outside of the heap for a moment. By default each 64 MiB of
 * them start a collection of the whole heap; with this they count like any other memory (a quarter less CPU).
 */
const WORKER_FLAGS = ['--external-memory-accounted-in-global-limit'];
const say = (line: string) => void process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  try {
    await up();
  } catch (error) {
    say(`Cannot start: ${reasonOf(error)}`);
    process.exit(1);
  }
}

/** Throws while nothing runs yet that would have to be stopped. */
async function up(): Promise<void> {
  const config = readUpConfig();
  const directory = prepareDataDirectory(config.dataDirectory);
  const release = claim(directory);
  await requirePorts(config).catch((error) => {
    release();
    throw error;
  });
  const running: { postgres: EmbeddedPostgres | null; children: Child[] } = { postgres: null, children: [] };
  let stopping = false;
  const stop = async (status: number) => {
    if (stopping) return;
    stopping = true;
    if (running.postgres || running.children.length > 0) say('Stopping …');
    await Promise.all(running.children.map((child) => child.stop()));
    await running.postgres?.stop();
    release();
    process.exit(status);
  };
  process.on('SIGINT', () => void stop(0));
  process.on('SIGTERM', () => void stop(0));
  process.on('SIGHUP', () => void stop(0));
  process.stdout.on('error', () => {}); // nobody reads it any more, which is no reason to stop out of order
  if (config.startedByNpm) whenNpmEnds(() => void stop(0));
  try {
    const databaseUrl = await database(config, directory, running, () => void stop(1));
    await migrateDatabase(databaseUrl);
    await prepareQueue(databaseUrl);
    const { setupToken } = await prepareFirstPrincipals(databaseUrl, directory.cliToken);
    const environment = childEnvironment({
      DATABASE_URL: databaseUrl,
      IBS_DATA_DIR: directory.path,
      IBS_HOST: config.host,
      IBS_WEB_PORT: String(config.webPort),
      IBS_GATEWAY_PORT: String(config.gatewayPort),
      UV_THREADPOOL_SIZE: '16',
      MALLOC_ARENA_MAX: '2',
      NODE_COMPILE_CACHE: join(directory.path, 'compile-cache'),
    });
    buildWhenNeeded(TOP, environment, say);
    for (const [name, ...command] of [
      ['console', 'scripts/web.ts'],
      ['worker', ...WORKER_FLAGS, 'worker/main.ts'],
    ] as const) {
      const child = new Child({ name, command: [process.execPath, ...command], environment, cwd: TOP, say });
      running.children.push(child);
      child.start();
    }
    writeEndpoint(config, directory);
    const { fingerprint } = await waitUntilReady(config, directory.path);
    say(welcome({ config, top: TOP, fingerprint, setupToken }));
  } catch (error) {
    say(`Cannot start: ${reasonOf(error)}`);
    await stop(1);
  }
}

/** After the claim: a second start on the same data directory finds its ports in use as well. */
async function requirePorts({ host, webPort, gatewayPort }: UpConfig): Promise<void> {
  await requirePort(host, webPort, 'IBS_WEB_PORT');
  await requirePort(host, gatewayPort, 'IBS_GATEWAY_PORT');
}

async function database(
  config: UpConfig,
  directory: DataDirectory,
  running: { postgres: EmbeddedPostgres | null },
  onLost: () => void,
): Promise<string> {
  if (config.databaseUrl !== null) {
    await requireDatabase(config.databaseUrl);
    return config.databaseUrl;
  }
  say('Starting PostgreSQL …');
  const postgres = await startPostgres({
    directory: directory.postgres,
    passwordFile: directory.databasePassword,
  });
  running.postgres = postgres;
  postgres.process.once('exit', (code, signal) => {
    if (code === 0) return;
    say(`PostgreSQL ended (${signal ?? `status ${code}`}). Everything stops; start again to recover.`);
    onLost();
  });
  return postgres.url;
}

/** pg-boss installs its own tables the first time; doing it here keeps two processes from doing it at once. */
async function prepareQueue(url: string): Promise<void> {
  const queue = await openQueue({ url, supervise: false, onError: () => {} });
  await queue.stop({ timeoutMs: 1000 });
}

await main();
