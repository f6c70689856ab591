import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type RunningServer, startServer } from '#testing/running-server.ts';

/** `datastore prune` by the real command line against a real server: one story of a machine with five backups. */

const PROGRAM = join(import.meta.dirname, '..', 'bin', 'ironcore-backup');
const GROUP = 'ibs-primary:production/host/web-1';
const TIMES = [
  '2026-04-30T08:00:00Z',
  '2026-05-01T08:00:00Z',
  '2026-05-02T08:00:00Z',
  '2026-05-02T20:00:00Z',
  '2026-05-03T08:00:00Z',
];
const RULES = '--keep-last 1 --keep-daily 1';

// Making and removing 65 536 directories takes its time on a machine that has other things to do.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 240_000 });

let server: RunningServer;
let root: string;

beforeAll(async () => {
  server = await startServer();
  root = fs.mkdtempSync(join(tmpdir(), 'ibs-prune-'));
  await ok(['settings', 'set', `allowedRoots+=${root}`]);
  await ok([
    'datastore',
    'create',
    '--name',
    'ibs-primary',
    '--type',
    'local',
    '--path',
    join(root, 'store'),
  ]);
  await ok('namespace create ibs-primary production');
  const file = join(root, 'web.conf');
  fs.writeFileSync(file, 'listen 80\n');
  const place = '--datastore ibs-primary --ns production --backup-type host --backup-id web-1';
  for (const time of TIMES) await ok(`backup web.conf:${file} ${place} --backup-time ${time}`);
});

afterAll(async () => {
  await server.stop();
  fs.rmSync(root, { recursive: true, force: true });
});

async function cli(words: string | readonly string[]) {
  const list = typeof words === 'string' ? words.split(' ') : words;
  const home = { HOME: root, XDG_CONFIG_HOME: join(root, 'config'), LANG: 'C.UTF-8' };
  const child = spawn(PROGRAM, list, {
    env: { ...process.env, ...home, IBS_DATA_DIR: server.dataDirectory },
  });
  child.stdin.end();
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

async function ok(words: string | readonly string[]): Promise<string> {
  const { status, out, err } = await cli(words);
  expect({ status, err: status === 0 ? '' : err }).toEqual({ status: 0, err: '' });
  return out;
}

async function timesLeft(): Promise<string[]> {
  const found: { at: string }[] = JSON.parse(await ok('snapshot list ibs-primary:production --output json'));
  return found.map(({ at }) => at.replace('.000Z', 'Z')).sort();
}

test('a dry run shows each snapshot with its fate and the reason, and changes nothing', async () => {
  await ok(`snapshot protect ${GROUP}/2026-04-30T08:00:00Z`);
  const { status, out, err } = await cli(`datastore prune ibs-primary ${RULES} --dry-run`);
  expect(status).toBe(0);
  expect(out.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
    ['GROUP', 'SNAPSHOT', 'PLAN', 'WHY'],
    ['production/host/web-1', '2026-05-03T08:00:00Z', 'keep', 'last'],
    ['production/host/web-1', '2026-05-02T20:00:00Z', 'keep', 'daily 2026-05-02'],
    ['production/host/web-1', '2026-05-02T08:00:00Z', 'remove', 'a newer one is kept as daily 2026-05-02'],
    ['production/host/web-1', '2026-05-01T08:00:00Z', 'remove', 'beyond every rule'],
    ['production/host/web-1', '2026-04-30T08:00:00Z', 'keep', 'protected'],
    ['Of 5 snapshots in 1 group, 2 would go and 3 would stay (times of UTC). Nothing was changed.'],
    [''],
  ]);
  expect(err).toBe(
    'warning: With regular backups nothing older than about 2 days stays: what is noticed later cannot be restored. (short-memory)\n',
  );
  expect(await timesLeft()).toEqual(TIMES);
});

test('for programs the same plan has names and times as everywhere', async () => {
  const plan = JSON.parse(await ok(`datastore prune ibs-primary ${RULES} --dry-run -o json`));
  expect(plan).toMatchObject({
    zone: 'UTC',
    warnings: [{ name: 'short-memory' }],
    totals: { groups: 1, snapshots: 5, keep: 2, remove: 2, protected: 1, unfinished: 0 },
    groups: [{ group: GROUP, totals: { remove: 2 } }],
  });
  expect(plan.groups[0].snapshots).toHaveLength(5);
  expect(plan.groups[0].snapshots[1]).toEqual({
    ...{ snapshot: `${GROUP}/2026-05-02T20:00:00Z`, at: '2026-05-02T20:00:00.000Z' },
    ...{ finished: true, protected: false, mark: 'keep', rule: 'daily', period: '2026-05-02' },
    why: 'daily 2026-05-02',
  });
  const yaml = await ok(`datastore prune ibs-primary ${RULES} --dry-run -o yaml`);
  expect(yaml).toContain(`snapshot: ${GROUP}/2026-05-01T08:00:00Z`);
});

test('a plan has a second name, and so has a preview, which tells what holds the space', async () => {
  const [plan, same] = [
    `prune simulate ibs-primary ${RULES}`,
    `datastore prune ibs-primary ${RULES} --dry-run`,
  ];
  expect(await ok(plan)).toBe(await ok(same));
  const { outcome, use } = JSON.parse(await ok('gc preview ibs-primary -o json'));
  expect(outcome).toMatch(/^Nothing would be removed\./);
  // Small files are kept in the snapshot itself; tables are looked at in e2e/gc-limits.thorough.spec.ts.
  expect(use).toEqual({ asOf: expect.any(String), namespaces: [], groups: [], snapshots: [] });
  expect(await ok('datastore gc ibs-primary --dry-run')).toMatch(
    /^Nothing would be removed\.\n\nAs of [^\n]+:\nNo snapshot needs a chunk\.\n$/,
  );
});

test('what is meant by a place can be said, and is refused when it is not there', async () => {
  const plan = async (words: string) =>
    JSON.parse(await ok(`datastore prune ibs-primary ${words} --keep-last 9 --dry-run -o json`)).totals
      .snapshots;
  expect(await plan('--max-depth 0')).toBe(0);
  expect(await plan('--max-depth 1')).toBe(5);
  expect(await plan('--ns production --group host/web-1')).toBe(5);
  const wrong = async (words: string) => (await cli(`datastore prune ibs-primary ${words}`)).status;
  expect(await wrong('--ns nothing --keep-last 1 --dry-run')).toBe(4);
  expect(await wrong('--group host/web-1 --keep-last 1 --dry-run')).toBe(4);
  expect(await wrong('--group production/host/web-1 --keep-last 1 --dry-run')).toBe(2);
  expect(await wrong('--keep-last -1 --dry-run')).toBe(2);
  expect((await cli('datastore prune ibs-second --keep-last 1')).status).toBe(4);
});

test('without a rule nothing goes and nothing is asked; with one, nothing goes without consent', async () => {
  const nothing = await cli('datastore prune ibs-primary --keep-last 0');
  expect(nothing).toMatchObject({ status: 0, out: 'Nothing is to go: every snapshot stays.\n' });
  expect(nothing.err).toContain('(nothing-set)');
  const refused = await cli(`datastore prune ibs-primary ${RULES}`);
  expect(refused).toMatchObject({ status: 2, out: '', err: expect.stringContaining('--yes') });
  expect(refused.err).toMatch(/2026-05-01T08:00:00Z +remove +beyond every rule\n/);
  expect(await timesLeft()).toEqual(TIMES);
});

test('exactly what the plan said goes', async () => {
  const pruned = await cli(`datastore prune ibs-primary ${RULES} --yes`);
  expect(pruned).toMatchObject({
    status: 0,
    out: expect.stringMatching(
      /^Of 5 snapshots in 1 group, 2 moved to the trash and 3 kept, among them 1 protected\. They can be restored until at least [\d: -]+ UTC; the garbage collection after that frees the space\.\n$/,
    ),
  });
  expect(await timesLeft()).toEqual([TIMES[0], TIMES[3], TIMES[4]]);
  const again = JSON.parse(await ok(`datastore prune ibs-primary ${RULES} --yes -o json`));
  expect(again).toMatchObject({
    kind: 'datastore.prune',
    state: 'succeeded',
    result: { removed: 0, kept: 2 },
  });
  const id = (await ok(`datastore prune ibs-primary ${RULES} --yes --no-wait`)).trim();
  expect(await ok(`task wait ${id}`)).toContain('0 removed');
});

/** The two that went, as the trash names them. */
const ITEMS = [TIMES[1], TIMES[2]].map((time) => `production/host/web-1/${time}`);

test('what went lies in the trash, comes back from it, and goes for good when it is emptied', async () => {
  const listed: { item: string; reason: string; trashedBy: string }[] = JSON.parse(
    await ok('trash list ibs-primary -o json'),
  );
  expect(listed.map(({ item }) => item.split('@')[0]).sort()).toEqual(ITEMS);
  expect(listed[0]).toMatchObject({
    reason: 'prune',
    owner: expect.any(String),
    expiresAt: expect.any(String),
  });
  const table = await cli('trash list ibs-primary:production');
  expect(table.out).toMatch(/^ITEM +SIZE +REMOVED +BY +STAYS UNTIL +OWNER\n/);
  expect(table.err).toContain('2 snapshots');

  const plan = await ok(`trash restore ibs-primary ${ITEMS[0]} --dry-run`);
  expect(plan).toMatch(/comes back +production\/host\/web-1\/2026-05-01T08:00:00Z@/);
  expect(plan).toContain('1 snapshot would be restored. Nothing was changed.');
  expect(await ok(`trash restore ibs-primary ${ITEMS[0]}`)).toBe('1 snapshot restored from the trash.\n');
  expect(await timesLeft()).toContain(TIMES[1]);
  const again = await cli(`trash restore ibs-primary ${ITEMS[0]}`);
  expect(again).toMatchObject({ status: 4, err: expect.stringContaining('ironcore-backup trash list') });

  const refused = await cli('trash empty ibs-primary');
  expect(refused).toMatchObject({ status: 2, err: expect.stringContaining('--yes') });
  expect(await ok('trash empty ibs-primary --dry-run')).toMatch(
    /^Goes for good: 1 snapshot of the trash, .*\nNothing was changed\.\n$/,
  );
  expect(await ok('trash empty ibs-primary --collect --yes')).toMatch(
    /^1 snapshot of the trash removed for good\. A garbage collection was started/,
  );
  expect((await cli('trash list ibs-primary')).err).toContain('The trash is empty.');
  expect(await ok('trash empty ibs-primary --yes')).toContain('The trash is empty.');
});

test('a snapshot that was removed twice is named with the time of its removal', async () => {
  const snapshot = `ibs-primary:${ITEMS[0]}`;
  expect(await ok(`snapshot forget ${snapshot} --dry-run`)).toMatch(
    /1 snapshot would go\. The trash keeps what is finished until at least [\d: -]+ UTC\./,
  );
  const place = '--datastore ibs-primary --ns production --backup-type host --backup-id web-2';
  const file = join(root, 'web.conf');
  const twice = `production/host/web-2/${TIMES[0]}`;
  for (let count = 0; count < 2; count += 1) {
    await ok(`backup web.conf:${file} ${place} --backup-time ${TIMES[0]}`);
    await ok(`snapshot forget ibs-primary:${twice} --yes`);
  }
  const ambiguous = await cli(`trash restore ibs-primary ${twice}`);
  expect(ambiguous).toMatchObject({ status: 2, err: expect.stringContaining('2 times') });
  const [item] = ambiguous.err.match(/production\/host\/web-2\/\S+@\S+Z/) ?? [];
  expect(await ok(['trash', 'restore', 'ibs-primary', item ?? ''])).toContain('1 snapshot restored');
});

test('the days that it keeps are a setting of the datastore', async () => {
  await ok('datastore update ibs-primary --trash-days 0');
  expect(await ok('datastore show ibs-primary')).toMatch(/Trash +off: removed snapshots are gone/);
  expect(await ok(`snapshot forget ibs-primary:${ITEMS[0]} --dry-run`)).toContain('They go for good.');
  expect(await ok(`snapshot forget ibs-primary:${ITEMS[0]} --yes`)).toContain('1 snapshot removed for good.');
});
