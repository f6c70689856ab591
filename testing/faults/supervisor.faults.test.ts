import * as fs from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { openApi } from '#cli/connect/api.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { backUp } from './client-calls.ts';
import {
  backUpInProcess,
  createDatastore,
  exitOf,
  expectClean,
  expectRestores,
  finishedTimes,
  isServedAnew,
  until,
  writeSource,
} from './fault-datastore.ts';
import { makeFaultRoot } from './fault-root.ts';
import { freePort, Supervisor, type SupervisorOptions } from './supervisor-process.ts';

/** `npm start` from nothing to the end, in order and out of order. The first start builds the console when needed. */

const root = makeFaultRoot('ibs-up');
fs.chmodSync(root, 0o711);
const STOP_MS = 10_000;
const ORPHANS_MS = 15_000;
const started: Supervisor[] = [];
let options: SupervisorOptions;

function start(more: Partial<SupervisorOptions> = {}): Supervisor {
  const supervisor = new Supervisor({ ...options, ...more });
  started.push(supervisor);
  return supervisor;
}

beforeAll(async () => {
  options = {
    dataDirectory: join(root, 'data'),
    webPort: await freePort(),
    gatewayPort: await freePort(),
  };
  const first = await start().ready();
  await first.interrupt();
}, 300_000);

afterEach(async () => {
  for (const supervisor of started.splice(0)) if (!supervisor.ended) await supervisor.interrupt();
});

function tokenOf(supervisor: Supervisor): string {
  return fs.readFileSync(join(supervisor.options.dataDirectory, 'cli.token'), 'utf8').trim();
}

function whoami(supervisor: Supervisor): Promise<unknown> {
  const access = { console: supervisor.console, token: tokenOf(supervisor) };
  return openApi(access, new AbortController().signal).datastore.list.query();
}

/** What the helpers of the fault tests need to know of a server. */
function serverOf(supervisor: Supervisor) {
  const { console, gateway, options: given } = supervisor;
  return { console, gateway, dataDirectory: given.dataDirectory, token: tokenOf(supervisor) };
}

async function expectNoOrphans(supervisor: Supervisor): Promise<void> {
  await until(`nothing is left of ${supervisor.family().join('; ')}`, ORPHANS_MS, async () => {
    return supervisor.family().length === 0;
  });
}

test('SIGINT ends everything in order within 10 s, and leaves nothing behind', async () => {
  const supervisor = await start().ready();
  expect(supervisor.family().length).toBeGreaterThan(3);
  await whoami(supervisor);
  const before = performance.now();
  expect(await supervisor.interrupt()).toBe(0);
  expect(performance.now() - before).toBeLessThan(STOP_MS);
  expect(supervisor.family()).toEqual([]);
  expect(fs.existsSync(join(options.dataDirectory, 'up.pid'))).toBe(false);
  expect(fs.existsSync(join(options.dataDirectory, 'postgres', 'postmaster.pid'))).toBe(false);
});

test('Ctrl-C in a terminal reaches the whole group, and still the datastores are closed before the database', async () => {
  const first = await start({ leadsGroup: true }).ready();
  const store = await createDatastore(serverOf(first), join(root, 'terminal'));
  await backUp(store, writeSource(join(temporaryDirectory(), 'source'), 8), { id: 'terminal' });
  expect(await first.interruptGroup()).toBe(0);
  expect(first.said).not.toMatch(/terminating connection|not closed cleanly/);
  const next = await start().ready();
  await until('the datastore is online', 60_000, isServedAnew(store));
  expect(next.said).not.toMatch(/unclean stop/);
});

test.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)(
  '%s to npm ends what npm has started, in order',
  async (signal) => {
    const supervisor = await start({ byNpm: true }).ready();
    supervisor.process.kill(signal);
    await supervisor.exit();
    await expectNoOrphans(supervisor);
    expect(supervisor.said).toMatch(/Stopping/);
    expect(fs.existsSync(join(options.dataDirectory, 'up.pid'))).toBe(false);
  },
);

test('a second start on the same data directory is refused, and the first runs on', async () => {
  const supervisor = await start().ready();
  for (const ports of [{}, { webPort: await freePort(), gatewayPort: await freePort() }]) {
    const second = start(ports);
    expect(await second.exit()).toBe(1);
    expect(second.said).toMatch(/^Cannot start: It runs already \(process \d+\)\..*\n$/);
  }
  await whoami(supervisor);
});

test('kill -9 of the supervisor leaves no orphans, and the next start finds everything', async () => {
  const killed = await start().ready();
  const token = tokenOf(killed);
  killed.process.kill('SIGKILL');
  await killed.exit();
  await expectNoOrphans(killed);
  const next = await start().ready();
  expect(tokenOf(next)).toBe(token);
  await whoami(next);
});

test('a killed console and a killed worker are started again', async () => {
  const supervisor = await start().ready();
  const [web, worker] = [supervisor.child('scripts/web.ts'), supervisor.child('worker/main.ts')];
  process.kill(web, 'SIGKILL');
  process.kill(worker, 'SIGKILL');
  await until('both run again', 20_000, async () => {
    const again = [supervisor.child('scripts/web.ts'), supervisor.child('worker/main.ts')];
    return !again.includes(web) && !again.includes(worker);
  });
  await until(
    'the console answers',
    30_000,
    async () => (await fetch(`${supervisor.console}/api/health`)).ok,
  );
  await until('the worker lives', 30_000, async () => {
    const access = { console: supervisor.console, token: tokenOf(supervisor) };
    const { workers } = await openApi(access, new AbortController().signal).system.about.query();
    return workers.some((one) => one.alive);
  });
  expect(supervisor.said).toMatch(/console ended \(SIGKILL\)/);
  expect(supervisor.said).toMatch(/worker ended \(SIGKILL\)/);
});

test('PostgreSQL killed in the middle of a backup: all ends with the reason, the next start has every snapshot', async () => {
  const directory = temporaryDirectory();
  const supervisor = await start().ready();
  const store = await createDatastore(serverOf(supervisor), join(root, 'store'));
  const source = writeSource(join(directory, 'source'), 8);
  const first = await backUp(store, source, { id: 'pg' });
  const large = writeSource(join(directory, 'large'), 256);
  const client = backUpInProcess(store, large, 'pg');
  await new Promise((resolve) => client.stdout?.once('data', resolve));
  process.kill(supervisor.child('bin/postgres'), 'SIGKILL');
  expect(await supervisor.exit()).toBe(1);
  expect(supervisor.said).toMatch(/PostgreSQL ended \(SIGKILL\).*start again to recover/);
  await expectNoOrphans(supervisor);
  await exitOf(client);

  const next = await start().ready();
  await until('the datastore is online', 60_000, isServedAnew(store));
  const times = await finishedTimes(store, 'pg');
  expect(times[0]).toBe(first);
  await expectRestores(store, { id: 'pg', time: first }, source);
  await until('no task is left running', 60_000, async () => {
    const { tasks } = await store.api.task.list.query({ states: ['running'] });
    return tasks.length === 0;
  });
  await expectClean(store);
  const again = await backUp(store, source, { id: 'pg', time: (times.at(-1) ?? first) + 10 });
  await expectRestores(store, { id: 'pg', time: again }, source);
  await next.interrupt();
});

test('a busy port, a data directory that cannot be one, a database that is away: one line with the remedy', async () => {
  const busy = createServer();
  await new Promise<void>((resolve) => busy.listen(options.webPort, '127.0.0.1', resolve));
  const cases: [Partial<SupervisorOptions>, RegExp][] = [
    [{}, /Cannot start: Port \d+ on 127\.0\.0\.1 is in use\..*IBS_WEB_PORT/],
    [
      { webPort: await freePort(), dataDirectory: '/dev/null/data' },
      /Cannot start: The data directory .* cannot be used.*IBS_DATA_DIR/,
    ],
    [
      {
        webPort: await freePort(),
        dataDirectory: join(root, 'other'),
        environment: { DATABASE_URL: `postgres://ibs:x@127.0.0.1:${await freePort()}/ibs` },
      },
      /Cannot start: The database at 127\.0\.0\.1:\d+ does not answer.*DATABASE_URL/,
    ],
    [{ gatewayPort: options.webPort }, /Cannot start: IBS_WEB_PORT and IBS_GATEWAY_PORT are both \d+/],
    [{ environment: { IBS_PUBLIC_URL: 'nonsense' } }, /Cannot start: IBS_PUBLIC_URL cannot be used/],
  ];
  try {
    for (const [more, words] of cases) {
      const supervisor = start(more);
      expect(await supervisor.exit(), supervisor.said).toBe(1);
      const lines = supervisor.said.trim().split('\n');
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatch(words);
    }
  } finally {
    await new Promise((resolve) => busy.close(resolve));
  }
});

const ordinary = ordinaryUser();
test.skipIf(typeof ordinary === 'string')(
  `as an ordinary user${typeof ordinary === 'string' ? ` (${ordinary})` : ''}`,
  async () => {
    const account = ordinary as { uid: number; gid: number };
    const home = join(root, 'ordinary');
    fs.mkdirSync(home, { mode: 0o700 });
    fs.chownSync(home, account.uid, account.gid);
    const environment = { HOME: home };
    const supervisor = await start({ account, environment, dataDirectory: join(home, 'data') }).ready();
    expect(fs.statSync(join(home, 'data', 'secret.key')).uid).toBe(account.uid);
    expect(fs.statSync(join(home, 'data', 'secret.key')).mode & 0o777).toBe(0o600);
    await whoami(supervisor);
    expect(await supervisor.interrupt()).toBe(0);
    expect(supervisor.family()).toEqual([]);
  },
);

/** Of "nobody", or why this cannot be tried. */
function ordinaryUser(): { uid: number; gid: number } | string {
  if (process.getuid?.() !== 0) return 'every other test runs as one already';
  const line = fs.readFileSync('/etc/passwd', 'utf8').match(/^nobody:[^:]*:(\d+):(\d+)/m);
  if (!line) return 'there is no user nobody';
  for (let at = join(import.meta.dirname, '..', '..'); at !== '/'; at = join(at, '..')) {
    if ((fs.statSync(at).mode & 0o005) !== 0o005) return `other users cannot read ${at}`;
  }
  return { uid: Number(line[1]), gid: Number(line[2]) };
}
