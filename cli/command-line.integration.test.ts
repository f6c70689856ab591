import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readIdentity } from '#engine/identity.ts';
import { openDatastore } from '#engine/open.ts';
import { localBackend, testClock, testPool } from '#testing/open-store.ts';
import { type RunningServer, startServer } from '#testing/running-server.ts';
import { backUp, randomPieces, snapshotRef } from '#testing/session-client.ts';

/**
 * The real command line against a real server, as an administrator would use it: one story, since a datastore takes
 * seconds to make. Each test leaves the server as the next one expects it.
 */

const PROGRAM = join(import.meta.dirname, '..', 'bin', 'ironcore-backup');
const OLD = 'ibs-primary:host/web-1/2026-05-02T08:11:33Z';
const NEW = 'ibs-primary:production/host/web-1/2026-05-03T08:11:33Z';

// Making and destroying 65 536 directories takes its time on a machine that has other things to do.
vi.setConfig({ testTimeout: 180_000 });

let server: RunningServer;
let root: string;
let path: string;

beforeAll(async () => {
  server = await startServer();
  root = fs.mkdtempSync(join(tmpdir(), 'ibs-cli-'));
  path = join(root, 'ibs-primary');
});

afterAll(async () => {
  await server.stop();
  fs.rmSync(root, { recursive: true, force: true });
});

interface Outcome {
  status: number;
  out: string;
  err: string;
}

interface RunMore {
  input?: string;
  env?: Record<string, string | undefined>;
  /** Called with the running command, to interrupt it. */
  meanwhile?: (child: ChildProcess) => void;
}

/** `words` as they would be typed, split at spaces; longer values are given as a list. */
async function cli(words: string | readonly string[], more: RunMore = {}): Promise<Outcome> {
  const list = typeof words === 'string' ? words.split(' ') : words;
  const home = { HOME: root, XDG_CONFIG_HOME: join(root, 'config'), LANG: 'C.UTF-8' };
  const env = { ...process.env, ...home, IBS_DATA_DIR: server.dataDirectory, ...more.env };
  const child = spawn(PROGRAM, list, { env });
  child.stdin.end(more.input ?? '');
  more.meanwhile?.(child);
  let [out, err] = ['', ''];
  child.stdout.on('data', (part) => {
    out += part;
  });
  child.stderr.on('data', (part) => {
    err += part;
  });
  const status = await new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? -1)));
  return { status, out, err };
}

/** The same, which must succeed; returns standard output. */
async function ok(words: string | readonly string[], more: RunMore = {}): Promise<string> {
  const { status, out, err } = await cli(words, more);
  expect({ status, err: status === 0 ? '' : err }).toEqual({ status: 0, err: '' });
  return out;
}

async function json(words: string | readonly string[]) {
  return JSON.parse(
    await ok([...(typeof words === 'string' ? words.split(' ') : words), '--output', 'json']),
  );
}

/** Somewhere that is not the server: no data directory, a home of its own. */
const ELSEWHERE = { IBS_DATA_DIR: undefined, XDG_DATA_HOME: '/nowhere' };

describe('a new server', () => {
  test('has nothing, and says what to do', async () => {
    const list = await cli('datastore list');
    expect(list).toMatchObject({ status: 0, out: '' });
    expect(list.err).toContain('ironcore-backup datastore create');
    expect(await json('datastore list')).toEqual([]);
    expect((await cli('status')).out).toContain('There is no datastore yet.');
    expect(await json('whoami')).toMatchObject({ principal: 'local@system!cli', console: server.console });
  });

  test('takes settings, and names the ones it refuses', async () => {
    expect(await ok(['settings', 'set', `allowedRoots+=${root}`, 'siteName=Backup, main'])).toContain(root);
    const refused = await cli('settings set timeZone=Mars/Base taskRetentionDays=0');
    expect(refused).toMatchObject({ status: 2, out: '' });
    expect(refused.err).toContain('  timeZone: ');
    expect(refused.err).toContain('  taskRetentionDays: ');
  });

  test('can be given users, tokens and grants before anybody has signed in', async () => {
    await ok('user create admin@ibs --role Administrator --password-file -', { input: 'a-long-password\n' });
    await ok('user create eve@ibs --password-file -', { input: 'another-password' });
    expect(await cli('user create eve@ibs --password-file -', { input: 'another-password' })).toMatchObject({
      status: 5,
      err: expect.stringContaining('There is a user eve@ibs already.'),
    });
    await ok('acl update --path /datastore/ibs-primary --auth-id eve@ibs --role Datastore.Reader');
    const revoke =
      'acl update --path /datastore/ibs-primary --auth-id eve@ibs --role Datastore.Reader --delete';
    expect(await ok(revoke)).toContain('eve@ibs no longer has Datastore.Reader');
    expect(await ok(revoke)).toContain('was not granted Datastore.Reader on /datastore/ibs-primary: nothing');
    await ok('acl grant --path / --auth-id eve@ibs --role Auditor');
    expect(await json('acl list --auth-id eve@ibs')).toMatchObject([{ path: '/', role: 'Auditor' }]);
    const last = await cli('acl revoke --path / --auth-id admin@ibs --role Administrator');
    expect(last).toMatchObject({ status: 5 });
    expect(last.err).toContain('(LAST_ADMINISTRATOR, request ');
  });

  test('makes no token with a grant on nothing', async () => {
    const file = join(root, 'nothing.token');
    const words = 'token create slip --user eve@ibs --role Datastore.Backup --datastore nope';
    expect(await cli(`${words} --save ${file}`)).toMatchObject({
      status: 4,
      err: expect.stringContaining('There is no datastore nope.'),
    });
    expect(fs.existsSync(file)).toBe(false);
    expect(await json('token list')).toEqual([]);
  });
});

describe('a datastore', () => {
  test('is looked at first, without a trace', async () => {
    const look = await ok(['datastore', 'create', ...placeWords(path), '--dry-run']);
    expect(look).toContain('Below an allowed root');
    expect(fs.existsSync(path)).toBe(false);
    const outside = await cli('datastore inspect /etc/ibs');
    expect(outside.status).toBe(5);
    expect(outside.out).toContain('blocked');
  });

  test('is made by the words of the guide, and is online', async () => {
    const made = await cli(['datastore', 'create', ...placeWords(path)]);
    expect(made).toMatchObject({ status: 0, out: 'ibs-primary is online.\n' });
    const lines = (await ok('datastore list')).split('\n');
    expect(lines[0]).toMatch(/^NAME +STATUS +USED +SIZE/);
    expect(lines[1]).toMatch(/^ibs-primary +online +/);
    expect(await ok('datastore list -o yaml')).toMatch(/^- id: .*\n {2}name: ibs-primary\n/);
    expect(await ok('datastore show ibs-primary')).toMatch(/Status +online\n/);
  });

  test('is refused where it cannot be, each time with the reason', async () => {
    const words = (name: string, where: string) => ['datastore', 'create', ...placeWords(where, name)];
    expect(await cli(words('x', 'relative'))).toMatchObject({
      status: 2,
      err: expect.stringMatching(/2 values are refused\.\n {2}--name: .*\n {2}--path: /),
    });
    expect(await cli(words('ibs-primary', join(root, 'other')))).toMatchObject({ status: 5 });
    expect(await cli(words('ibs-second', join(path, 'inside')))).toMatchObject({
      status: 5,
      err: expect.stringContaining('DATASTORE_PATH_OVERLAP'),
    });
    const shared = await cli(words('ibs-second', join(root, 'second')));
    expect(shared).toMatchObject({
      status: 5,
      err: expect.stringMatching(/--same-filesystem-reason.*\n.*task /),
    });
    expect(await cli('datastore show nothing')).toMatchObject({ status: 4, out: '' });
  });

  test('is probed step by step', async () => {
    const probed = await ok('datastore probe ibs-primary');
    expect(probed).toMatch(/^STEP +OUTCOME +TIME +DETAIL\n/);
    expect(probed).toMatch(/Identity +ok +[\d.]+ ms/);
    expect(probed).toMatch(/ibs-primary is online\.\n$/);
    const task = await json('datastore probe ibs-primary');
    expect(task).toMatchObject({ kind: 'datastore.probe', state: 'succeeded', result: { status: 'online' } });
  });

  test('is changed, and not over the head of somebody else', async () => {
    await ok(['datastore', 'update', 'ibs-primary', '--comment', 'Rack 3']);
    expect(await json('datastore show ibs-primary')).toMatchObject({ comment: 'Rack 3' });
    const late = await cli('datastore update ibs-primary --comment x --if-version 1');
    expect(late).toMatchObject({ status: 5, err: expect.stringContaining('CONFLICTING_CHANGE') });
  });

  test('rests in maintenance, which is no fault', async () => {
    await ok(['datastore', 'maintenance', 'ibs-primary', 'read-only', '--message', 'New disks']);
    expect(await ok('datastore list')).toContain('read-only');
    expect((await cli('status --check')).status).toBe(0);
    expect(await ok('datastore maintenance ibs-primary off')).toBe('ibs-primary is online.\n');
  });

  test('has namespaces', async () => {
    await ok('namespace create ibs-primary production');
    await ok('namespace create ibs-primary production/web');
    const found = await json('namespace list ibs-primary');
    expect(found.map((one: { path: string }) => one.path)).toEqual(['', 'production', 'production/web']);
    expect(await cli('namespace create ibs-primary production')).toMatchObject({ status: 5 });
    expect(await cli('namespace create ibs-primary no/parent')).toMatchObject({ status: 4 });
    expect(await ok('namespace list ibs-primary')).toMatch(/\n\(root\) .*\nproduction .*\n {2}web /);
    expect(await ok('namespace move ibs-primary production/web prod --dry-run')).toBe(
      'production/web would become prod: 0 snapshots in 0 groups.\nNo chunk would be transferred. Nothing was changed.\n',
    );
    expect(await ok('namespace move ibs-primary production/web prod')).toContain('is prod now');
    expect(await cli('namespace move ibs-primary production production/web')).toMatchObject({ status: 2 });
    await ok('namespace move ibs-primary prod production/web');
    await ok('namespace create ibs-primary production/web/gone');
    const gone = 'namespace delete ibs-primary production/web/gone';
    expect(await cli(gone)).toMatchObject({ status: 2, err: expect.stringContaining('add --yes') });
    expect(await ok(`${gone} --dry-run`)).toBe(
      'Goes: production/web/gone, which is empty.\nNothing was changed.\n',
    );
    expect(await ok(`${gone} --yes`)).toBe('Namespace production/web/gone removed from ibs-primary.\n');
    for (const verb of ['show', 'delete --yes']) {
      expect(await cli(`namespace ${verb} ibs-primary production/web/gone`)).toMatchObject({
        ...{ status: 4, err: expect.stringContaining('There is no namespace') },
      });
    }
    const shown = await ok('namespace show ibs-primary production');
    expect(shown).toMatch(/Below +production\/web with 0 snapshots in 0 groups/);
    expect(shown).toMatch(/Job: garbage collection +.*, everything/);
    const token =
      'token create slip --user eve@ibs --role Datastore.Backup --datastore ibs-primary --ns nope';
    expect(await cli(token)).toMatchObject({
      status: 4,
      err: expect.stringContaining('There is no namespace ibs-primary:nope.'),
    });
    expect(await json('token list')).toEqual([]);
  });

  test.each([
    ['snapshot list --datastore nope', 'There is no datastore nope.'],
    ['snapshot list nope', 'There is no datastore nope.'],
    ['snapshot list ibs-primary:nope', 'There is no namespace ibs-primary:nope.'],
    ['snapshot list --datastore ibs-primary --ns nope', 'There is no namespace ibs-primary:nope.'],
    ['snapshot list --ns nope', 'There is no namespace nope.'],
    ['snapshot list ibs-primary:vm/1', 'There is no backup group ibs-primary:vm/1.'],
    ['group list nope', 'There is no datastore nope.'],
    ['group list ibs-primary:nope', 'There is no namespace ibs-primary:nope.'],
    ['group list --ns nope', 'There is no namespace nope.'],
    ['namespace list nope', 'There is no datastore nope.'],
    ['task list --datastore nope', 'There is no datastore nope.'],
  ])('%s is an error, since what is not there is no empty list', async (words, message) => {
    expect(await cli(words)).toMatchObject({ status: 4, out: '', err: expect.stringContaining(message) });
  });

  test.each([
    'snapshot list ibs-primary:production',
    'group list ibs-primary:production',
    'group list --ns production',
  ])('%s is an empty list, since the place is there', async (words) => expect(await json(words)).toEqual([]));
});

function placeWords(where: string, name = 'ibs-primary'): string[] {
  return ['--name', name, '--type', 'local', '--path', where];
}

describe('snapshots', () => {
  test('are there again after the configuration was lost and the datastore adopted', async () => {
    expect(await cli('datastore remove ibs-primary')).toMatchObject({
      status: 2,
      err: expect.stringContaining('--yes'),
    });
    expect(await ok('datastore remove ibs-primary --yes')).toContain(`its data stays in ${path}`);
    expect(await cli('datastore list')).toMatchObject({ out: '' });
    await makeBackups();
    const looked = await ok(['datastore', 'adopt', ...placeWords(path), '--dry-run']);
    expect(looked).toContain('It holds an Ironcore datastore.');
    expect(looked).toMatch(/Holds +2 snapshots in 2 groups, \d+ namespaces?/);
    expect(await ok(['datastore', 'adopt', ...placeWords(path)])).toContain('2 snapshots in 2 groups');
    const listed = await ok('snapshot list');
    expect(listed.split('\n').map((line) => line.split(/\s+/)[0])).toEqual(['SNAPSHOT', NEW, OLD, '']);
  });

  test('are narrowed by place and by filter, and the rest is announced', async () => {
    const names = async (words: string) =>
      (await json(`snapshot list ${words}`)).map((one: { namespace: string }) => one.namespace);
    expect(await names('ibs-primary')).toEqual(['production', '']);
    expect(await names('ibs-primary:production')).toEqual(['production']);
    expect(await names('ibs-primary:host/web-1')).toEqual(['']);
    expect(await names('--type host --id web-1 --namespace production')).toEqual(['production']);
    expect(await names('--id web-1 --ns production')).toEqual(['production']);
    expect(await names('--search nothing')).toEqual([]);
    expect((await cli('snapshot list --limit 1')).err).toContain('Only the newest 1 are shown');
    expect((await cli('snapshot list --limit 1 --all')).out.split('\n')).toHaveLength(4);
    expect((await ok('group list ibs-primary:production')).split('\n')[1]).toMatch(
      /^ibs-primary:production\/host\/web-1 +1 /,
    );
  });

  test('show their archives and notes', async () => {
    expect(await ok(`snapshot files ${NEW}`)).toMatch(/root\.pxar +directory +/);
    await ok(['snapshot', 'notes', NEW, '--file', '-'], { input: 'Before the upgrade\u001b[2J\n' });
    expect(await ok(`snapshot notes ${NEW}`)).toContain('Before the upgrade\\x1b[2J');
    expect(await json(`snapshot show ${NEW}`)).toMatchObject({
      notes: 'Before the upgrade\u001b[2J\n',
      id: 'web-1',
    });
    expect(await ok(`snapshot show ${NEW}`)).toContain('host.conf');
    expect(await cli(`snapshot browse ${NEW} nothing.pxar`)).toMatchObject({
      status: 4,
      err: expect.stringContaining('root.pxar'),
    });
  });

  test('move to another namespace as a whole group, and back', async () => {
    const [here, there] = ['ibs-primary:production/host/web-1', 'ibs-primary:production/web/host/web-1'];
    const taken = await ok(`snapshot move --source ${here} --destination ibs-primary:host/web-1 --dry-run`);
    expect(taken).toMatch(/Refused: There is a backup group host\/web-1 already\. Merge the two/);
    expect(await ok(`snapshot move --source ${here} --destination ${there} --dry-run`)).not.toContain(
      'Refused',
    );
    expect(await ok(`snapshot move --source ${here} --destination ${there}`)).toContain(
      'host/web-1 moved from production to production/web in ibs-primary with 1 snapshot.',
    );
    expect(await ok(`snapshot list ${there}`)).toContain(there);
    expect(await cli(`snapshot move --source ${there} --destination ibs-primary:vm/9`)).toMatchObject({
      ...{ status: 2, err: expect.stringContaining('MOVE_OTHER_GROUP') },
    });
    await ok(`snapshot move --source ${there} --destination ${here}`);
  });

  test('that are protected stay when others are forgotten, and nothing goes without consent', async () => {
    expect(await ok(`snapshot protect ${OLD}`)).toContain('protected');
    const plan = await json(`snapshot forget ${OLD} ${NEW} --dry-run`);
    expect({ remove: plan.remove.length, keep: plan.keep.length }).toEqual({ remove: 1, keep: 1 });
    expect(await cli(`snapshot forget ${NEW}`)).toMatchObject({
      status: 2,
      err: expect.stringContaining('--yes'),
    });
    expect(await cli(`snapshot forget ${OLD} --yes`)).toMatchObject({
      status: 5,
      err: expect.stringContaining('SNAPSHOT_PROTECTED'),
    });
    const forgotten = await cli(`snapshot forget ${OLD} ${NEW} --yes`);
    expect(forgotten).toMatchObject({
      status: 0,
      out: expect.stringContaining('1 snapshot moved to the trash'),
    });
    expect(forgotten.err).toMatch(/stays +ibs-primary:host/);
    expect((await json('snapshot list')).length).toBe(1);
    expect(await cli(`snapshot show ${NEW}`)).toMatchObject({ status: 4 });
    expect(await json(`snapshot unprotect ${OLD}`)).toMatchObject([{ state: 'succeeded' }]);
  });

  test('of directories can be looked into', async () => {
    const source = join(root, 'source');
    fs.mkdirSync(join(source, 'etc', 'empty'), { recursive: true });
    fs.writeFileSync(join(source, 'etc', 'hostname'), 'web-1\n');
    const words = '--datastore ibs-primary --backup-type host --backup-id web-2';
    await ok(`backup root.pxar:${source} ${words}`);
    const [{ snapshot: made }] = await json('snapshot list ibs-primary:host/web-2');
    expect(made).toMatch(/^ibs-primary:host\/web-2\/\d{4}-\d\d-\d\dT[\d:]{8}Z$/);
    const entries = await json(`snapshot browse ${made} root.pxar /etc/`);
    expect(entries).toMatchObject([
      { name: 'empty', kind: 'directory' },
      { name: 'hostname', kind: 'file', sizeBytes: 6 },
    ]);
    expect(await ok(`snapshot browse ${made} root.pxar`)).toMatch(/directory +etc\/\n/);
    expect(await cli(`snapshot browse ${made} root.pxar /nothing`)).toMatchObject({ status: 4 });
    expect(await ok(`restore ${made} root.pxar - --path /etc/hostname`)).toBe('web-1\n');
    const aside = await cli(`restore ${made} root.pxar - --path etc/hostname --output json`);
    expect(aside).toMatchObject({ status: 0, out: 'web-1\n' });
    expect(JSON.parse(aside.err)).toMatchObject({ target: '-', path: 'etc/hostname', sizeBytes: 6 });
    expect(await cli(`restore ${made} root.pxar - --path /etc`)).toMatchObject({
      status: 2,
      out: '',
      err: expect.stringMatching(/is a directory.*\nhint: Name a directory/),
    });
    expect(await cli(`restore ${made} root.pxar - --path /nothing`)).toMatchObject({ status: 4, out: '' });
    expect(await ok(['complete', '--', 'restore', made, ''])).toBe('root.pxar\tdirectory\n:none\n');
    await saysTimesInOneForm(made, words);
    await ok(`snapshot forget ${made} --yes`);
  });

  test('of what is not there are refused before the server hears of it', async () => {
    const words = '--datastore ibs-primary --backup-type host --backup-id web-3';
    const before = (await json('task list --kind backup')).length;
    expect(await cli(`backup root.pxar:${root}/nowhere ${words}`)).toMatchObject({
      status: 4,
      err: expect.stringContaining(`${root}/nowhere does not exist.\n(SOURCE_NOT_FOUND)`),
    });
    const gone = { env: { ...ELSEWHERE, IBS_SERVER: 'http://127.0.0.1:9', IBS_TOKEN: server.token } };
    expect(await cli(`backup root.pxar:${root}/nowhere ${words}`, gone)).toMatchObject({ status: 4 });
    expect((await json('task list --kind backup')).length).toBe(before);
    expect(await cli(`backup root.pxar:${root} ${words} --ns nope`)).toMatchObject({
      status: 4,
      err: expect.stringContaining('hint: Make it first: ironcore-backup namespace create'),
    });
  });

  test('are counted and checked', async () => {
    expect(await ok('datastore rescan ibs-primary')).toContain('1 snapshot in 1 group');
    expect(await ok('datastore audit ibs-primary --deep')).toContain('all invariants hold');
  });

  test('are audited, and each finding has its code, also when the audit fails', async () => {
    fs.writeFileSync(join(path, 'stray.didx'), '');
    const failed = await cli('datastore audit ibs-primary');
    expect(failed).toMatchObject({ status: 7, err: expect.stringContaining('1 finding in 1 snapshot') });
    expect(failed.out).toMatch(
      /^SEVERITY +CODE +WHERE +WHAT\nerror +index-outside +stray.didx +An index outside/,
    );
    const asJson = await cli('datastore audit ibs-primary -o json');
    expect(asJson.status).toBe(7);
    expect(JSON.parse(asJson.out)).toMatchObject({
      state: 'failed',
      result: {
        ...{ errors: 1, warnings: 0 },
        findings: [{ code: 'index-outside', invariant: 5, severity: 'error', where: 'stray.didx' }],
      },
    });
    fs.rmSync(join(path, 'stray.didx'));
    expect(await ok('datastore audit ibs-primary')).toContain('all invariants hold');
  });
});

/** Nothing that is named like a time is anything but an ISO text in UTC. */
async function saysTimesInOneForm(made: string, group: string): Promise<void> {
  const second = await json(`backup root.pxar:${join(root, 'source')} ${group}`);
  expect(second.previousAt).toBe(`${made.slice(-20, -1)}.000Z`);
  const [task] = await json('task list --limit 1');
  const results = [second, await json(`snapshot forget ${made} --dry-run`)];
  for (const words of [
    ...['status', 'datastore list', 'datastore show ibs-primary', 'namespace list ibs-primary', 'group list'],
    ...['snapshot list', `snapshot show ${made}`, `snapshot browse ${made} root.pxar etc`],
    ...['task list', `task show ${task.id}`, `task log ${task.id}`],
    ...['user list', 'token list', 'acl list', 'whoami', 'version', 'settings show'],
  ]) {
    results.push(await json(words));
  }
  const times = results.flatMap((result) => timesIn(result));
  expect(times.length).toBeGreaterThan(20);
  expect(times.filter((time) => !/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/.test(String(time)))).toEqual([]);
  await ok(`snapshot forget ${second.snapshot} --yes`);
}

/** The values of all fields at any depth whose names say that they are a time; absent ones are left out. */
function timesIn(value: unknown): unknown[] {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const isTime = /^(at|time|mtime|\w*(At|Time|Since))$/.test(name) && inner !== null;
    return isTime ? [inner] : timesIn(inner);
  });
}

/** Two backups by the engine itself, while no server uses the datastore. */
async function makeBackups(): Promise<void> {
  const backend = localBackend(path);
  const identity = await readIdentity(backend);
  const owner = { workerId: randomUUID(), host: 'test', epoch: 9, assertOwned: () => {}, isGone: () => true };
  const store = await openDatastore({
    ...{ backend, owner, pool: testPool(), syncLevel: 'none', suspect: () => {} },
    clock: testClock(), // long ago, so that nobody seems to be using it still
    uuid: identity?.uuid ?? '',
  });
  const seconds = (text: string) => Date.parse(text) / 1000;
  await backUp(store, snapshotRef('web-1', seconds('2026-05-02T08:11:33Z')), randomPieces(3));
  await backUp(store, snapshotRef('web-1', seconds('2026-05-03T08:11:33Z'), 'production'), randomPieces(3));
  await store.close();
}

describe('tasks', () => {
  test('are listed, shown and read by the beginning of their id', async () => {
    const [newest] = await json('task list --kind datastore.audit');
    expect(newest).toMatchObject({ kind: 'datastore.audit', state: 'succeeded' });
    const short = newest.id.slice(0, 8);
    expect(await ok(`task show ${short}`)).toContain(newest.id);
    expect(await ok(`task log ${short}`)).toMatch(/^\d{4}-\d\d-\d\dT[\d:]{8}Z {2}/);
    expect(await ok(`task log ${short} --follow -o json`)).toMatch(/^\{"number":1,/);
    expect(await ok(`task wait ${short}`)).toContain('all invariants hold');
    expect(await cli('task show 0000')).toMatchObject({ status: 4 });
    expect(await cli('task show nonsense')).toMatchObject({ status: 2 });
  });

  test('a failed one gives its own status to whoever waits for it', async () => {
    const [failed] = await json('task list --state failed --limit 1');
    const waited = await cli(`task wait ${failed.id}`);
    expect(waited).toMatchObject({ status: 7, out: '', err: expect.stringContaining(`task ${failed.id})`) });
    expect(await ok(`task cancel ${failed.id}`)).toContain('has ended already: failed');
  });

  test('what only looks is run again; anything else says what to do instead', async () => {
    const [audit] = await json('task list --kind datastore.audit --search invariants --limit 1');
    expect(await ok(`task retry ${audit.id}`)).toContain('all invariants hold');
    const [created] = await json('task list --kind datastore.create --limit 1');
    const refused = await cli(`task retry ${created.id}`);
    expect(refused).toMatchObject({ status: 5, err: expect.stringContaining('Add the datastore anew.') });
  });

  test('Ctrl-C stops the waiting and not the task', async () => {
    await server.stopWorker(); // so that the task waits as long as the test likes
    const stopped = await cli('datastore rescan ibs-primary', {
      meanwhile: (child) => void interruptWhenWaiting(child),
    });
    expect(stopped).toMatchObject({ status: 130, out: '' });
    expect(stopped.err).toMatch(/Stopped waiting; the task goes on\.\nFollow it: .*\nCancel it: .*\n$/);
    const id = /task wait ([0-9a-f-]{36})/.exec(stopped.err)?.[1] ?? '';
    await server.startWorker();
    expect(await ok(`task wait ${id}`)).toContain('1 snapshot in 1 group');
  });

  test('are started without waiting for them, and followed later', async () => {
    const id = (await ok('datastore rescan ibs-primary --no-wait')).trim();
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    const followed = await cli(`task log ${id} --follow`);
    expect(followed).toMatchObject({ status: 0, err: expect.stringContaining('has ended: succeeded') });
    expect(followed.out.trim().split('\n').length).toBeGreaterThan(0);
  });
});

/** As soon as the task is there: the command is waiting then. */
async function interruptWhenWaiting(child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const { out } = await cli('task list --state queued --kind datastore.rescan --output json');
    if (JSON.parse(out || '[]').length > 0) break;
  }
  child.kill('SIGINT');
}

describe('from elsewhere', () => {
  const away = (words: string | readonly string[], more: RunMore = {}) =>
    cli(words, { ...more, env: { ...ELSEWHERE, HOME: join(root, 'away'), ...more.env } });

  test('one logs in with a token, may what it may, and logs out', async () => {
    const file = join(root, 'eve.token');
    await ok(`token create laptop --user eve@ibs --role Auditor --expires 90d --save ${file}`);
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    const token = fs.readFileSync(file, 'utf8');
    const login = await away(`login --server ${server.console} --token-file -`, { input: token });
    expect(login).toMatchObject({ status: 0, out: `Logged in to ${server.console} as eve@ibs!laptop.\n` });
    expect((await away('datastore list')).out).toContain('ibs-primary');
    const refused = await away('datastore remove ibs-primary --yes');
    expect(refused).toMatchObject({ status: 3, err: expect.stringContaining('Datastore.Allocate') });
    const revoke = ['token', 'revoke', 'eve@ibs!laptop'];
    const plan = await ok([...revoke, '--dry-run']);
    expect(plan).toMatch(/^Goes: eve@ibs!laptop with Auditor on \/, last used .*\nNothing was changed\.\n$/);
    expect(await cli(revoke)).toMatchObject({ status: 2, err: expect.stringContaining('--yes') });
    expect(await cli([...revoke, 'eve@ibs!nope', '--yes'])).toMatchObject({ status: 4, out: '' });
    expect((await away('datastore list')).status).toBe(0);
    expect(await ok([...revoke, '--yes'])).toBe('eve@ibs!laptop revoked.\n');
    expect(await away('datastore list')).toMatchObject({
      status: 3,
      err: expect.stringContaining('The token comes from the last login'),
    });
    expect((await away('logout')).out).toBe(`Forgot ${server.console}.\n`);
  });

  test('a token by the environment or the command line works too, the latter with a warning', async () => {
    const env = { IBS_SERVER: server.console, IBS_TOKEN: server.token };
    expect((await away('datastore list', { env })).status).toBe(0);
    const insisting = await away(['login', '--server', server.console, '--token', server.token]);
    expect(insisting).toMatchObject({
      status: 0,
      err: expect.stringContaining('warning: a token on the command line'),
    });
    expect((await away('logout --all')).status).toBe(0);
  });

  test('a server that is away or another one altogether is said with status 6', async () => {
    const env = { IBS_TOKEN: server.token };
    const gone = await away('datastore list --server http://127.0.0.1:9', { env });
    expect(gone).toMatchObject({ status: 6, err: expect.stringContaining('npm start') });
    const other = createServer((_, response) => response.end('<html>'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const wrong = await away(`datastore list --server http://127.0.0.1:${port}`, { env });
    other.close();
    expect(wrong).toMatchObject({
      status: 6,
      err: expect.stringContaining('is not an Ironcore Backup console'),
    });
  });
});

test('completion knows the names on the server', async () => {
  expect(await ok(['complete', '--', 'datastore', 'show', 'ibs'])).toBe('ibs-primary\tonline\n:none\n');
  expect(await ok(['complete', '--', 'snapshot', 'show', 'ibs-primary:host/'])).toContain(OLD);
  expect(await ok(['complete', '--', 'snapshot', 'list', ''])).toContain('ibs-primary:\t');
  expect(await ok(['complete', '--', 'user', 'remove', ''])).toContain('eve@ibs\t');
});

test('users are changed and removed', async () => {
  await ok('user update eve@ibs --disable --expires 30d');
  expect(await ok('user list')).toMatch(/eve@ibs +disabled/);
  expect(await cli('user remove eve@ibs')).toMatchObject({
    status: 2,
    err: expect.stringContaining('--yes'),
  });
  await ok('token create ci-1 --user eve@ibs --role Auditor');
  expect(await ok('user remove eve@ibs --dry-run')).toBe(
    'Goes: eve@ibs with 0 sessions, 1 token and 2 grants.\nGoes: Auditor on /.\n' +
      'Goes: eve@ibs!ci-1 with Auditor on /.\nStays: every backup that eve@ibs or its tokens own.\nNothing was changed.\n',
  );
  expect(await json('user remove eve@ibs --dry-run')).toMatchObject({
    tokens: ['eve@ibs!ci-1'],
    sessionCount: 0,
  });
  expect(await ok('user list')).toContain('eve@ibs');
  expect(await cli('user remove admin@ibs --dry-run')).toMatchObject({ status: 5, out: '' });
  expect(await ok('user remove eve@ibs --yes')).toBe('eve@ibs removed.\n');
  expect(await cli('user remove eve@ibs --yes')).toMatchObject({ status: 4 });
});

test('a group of another realm is granted a role by the words of the guide, and why is told', async () => {
  const place = '/datastore/ibs-primary/production';
  const grant = `acl update --path ${place} --auth-id security-team@polystack --role Datastore.Reader`;
  expect(await cli(grant)).toMatchObject({ status: 4, err: expect.stringContaining('user-group create') });
  await ok('user create gus@ibs --password-file -', { input: 'long enough words' });
  expect(await ok('realm list')).toContain('polystack');
  await ok('user-group create security-team@polystack --member gus@ibs');
  await ok(grant);
  const asked = `acl explain --auth-id gus@ibs --path ${place}`;
  const yes = await ok(`${asked} --privilege Datastore.Read`);
  expect(yes).toContain(
    `Datastore.Reader on ${place}, granted to security-team@polystack, holds Datastore.Read.`,
  );
  await ok('role create Lister --privilege Datastore.Audit');
  await ok(`acl update --path ${place} --auth-id gus@ibs --role Lister`);
  const no = await cli(`${asked} --privilege Datastore.Read`);
  expect(no).toMatchObject({ status: 1, out: expect.stringContaining('does not hold Datastore.Read.') });
  expect(no.out).toContain('the user has entries of its own here');
  expect(await cli('role remove Lister')).toMatchObject({ status: 5 });
  await ok(`acl revoke --path ${place} --auth-id gus@ibs --role Lister`);
  await ok('role remove Lister');
  await ok('user-group update security-team@polystack --remove gus@ibs');
  expect(await json(asked)).toMatchObject({ privileges: [] });
  expect(await ok('user-group remove security-team@polystack --yes')).toContain('removed');
  expect(await json(`acl list --path ${place}`)).not.toMatchObject([{ kind: 'group' }]);
});

test('the audit log tells who changed what and who was refused, and is whole', async () => {
  await ok('user create fay@ibs --password-file -', { input: 'long enough words\n' });
  await ok(['user', 'update', 'fay@ibs', '--comment', 'on call']);
  const { out: secret } = await cli('token create audited --user fay@ibs --output json');
  const wrong = { IBS_SERVER: server.console, IBS_TOKEN: 'fay@ibs!audited:wrong-wrong-wrong-wrong' };
  expect(await cli('datastore list', { env: { ...ELSEWHERE, ...wrong } })).toMatchObject({ status: 3 });
  const powerless = { IBS_SERVER: server.console, IBS_TOKEN: `fay@ibs!audited:${JSON.parse(secret).secret}` };
  const refused = await cli('audit list', { env: { ...ELSEWHERE, ...powerless } });
  expect(refused.err).toContain('You need Audit.Read on /system.');

  const rows = await json('audit list --subject fay@ibs --since 1h');
  expect(rows.map((row: { action: string; outcome: string }) => [row.action, row.outcome])).toEqual([
    ...[['token.use', 'refused']],
    ...[['token.create', 'done'], ['user.update', 'done'], ['user.create', 'done']], // biome-ignore format: as a list
  ]);
  const shown = await ok(`audit show ${rows[2].id}`);
  expect(shown).toMatch(/comment +"" → on call/);
  expect(shown).toMatch(/From +\S*127\.0\.0\.1/);
  const [denied] = await json('audit list --result refused --by fay@ibs --action audit');
  expect(denied).toMatchObject({
    principal: 'fay@ibs!audited',
    action: 'audit.list',
    code: 'PRIVILEGE_MISSING',
  });

  const { result } = await json('audit verify');
  expect(result).toMatchObject({ broken: null });
  expect(await ok(`audit verify --expect ${result.anchor}`)).toContain('has the hash that was noted');
  const other = await cli(`audit verify --expect ${'0'.repeat(63)}1`);
  expect(other).toMatchObject({ status: 7, err: expect.stringContaining('AUDIT_ANCHOR_MISSING') });
  expect(await ok('audit status')).toMatch(/Result +whole/);

  const file = join(root, 'audit.jsonl');
  const lines = await ok('audit export --jsonl');
  fs.writeFileSync(file, lines);
  expect(await ok(`audit verify --file ${file} --expect ${result.anchor}`)).toContain(
    'all as they were written',
  );
  fs.writeFileSync(file, lines.replace('on call', 'off duty'));
  const broken = await cli(`audit verify --file ${file}`);
  expect(broken).toMatchObject({
    status: 7,
    err: expect.stringMatching(/user\.update of fay@ibs .* was changed/),
  });
  await ok('user remove fay@ibs --yes');
});

test('a restore into a pipe gives every byte, however slowly they are taken', async () => {
  const image = join(root, 'piped.img');
  const bytes = randomBytes(48 * 1024 * 1024);
  fs.writeFileSync(image, bytes);
  const group = ['--datastore', 'ibs-primary', '--backup-type', 'host', '--backup-id', 'piped'];
  await ok(['backup', `disk.img:${image}`, ...group]);
  const listed: { id: string; at: string }[] = await json('snapshot list --datastore ibs-primary');
  const at = listed.find(({ id }) => id === 'piped')?.at.replace('.000', '');
  const snapshot = `ibs-primary:host/piped/${at}`;
  const pipe = '"$0" restore "$1" disk.img - | (sleep 2; sha256sum)';
  const env = { ...process.env, HOME: root, IBS_DATA_DIR: server.dataDirectory };
  const sum = await promisify(execFile)('sh', ['-c', pipe, PROGRAM, snapshot], { env });
  expect(sum.stdout).toContain(createHash('sha256').update(bytes).digest('hex'));
  const whole = await cli(['restore', snapshot, 'disk.img', join(root, 'out.img'), '-o', 'json']);
  expect(JSON.parse(whole.out)).toMatchObject({ target: join(root, 'out.img'), sizeBytes: bytes.length });
  const part = await cli(['restore', snapshot, 'disk.img', '-', '--path', '/a']);
  expect(part).toMatchObject({ status: 2, out: '' });
  await ok(['snapshot', 'forget', snapshot, '--yes']);
});

test('data is destroyed only by its name, and then nothing of it is left', async () => {
  expect(await cli('datastore remove ibs-primary --destroy-data')).toMatchObject({
    status: 2,
    err: expect.stringContaining('--yes-destroy ibs-primary'),
  });
  expect(await cli('datastore remove ibs-primary --destroy-data --yes-destroy ibs-other')).toMatchObject({
    status: 2,
  });
  expect(await ok('datastore remove ibs-primary --destroy-data --dry-run')).toContain(
    'Goes: ibs-primary with 1 snapshot ',
  );
  expect(fs.existsSync(join(path, '.chunks'))).toBe(true);
  const words = 'datastore remove ibs-primary --destroy-data --yes-destroy ibs-primary';
  expect(await ok(words)).toBe('ibs-primary and its data are gone.\n');
  expect(fs.existsSync(path)).toBe(false);
});
