import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type RunningServer, startServer } from '#testing/running-server.ts';

/** Schedules by the real command line against a real server. */

const PROGRAM = join(import.meta.dirname, '..', 'bin', 'ironcore-backup');

// Making 65 536 directories takes its time on a machine that has other things to do.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 240_000 });

let server: RunningServer;
let root: string;

beforeAll(async () => {
  server = await startServer();
  root = fs.mkdtempSync(join(tmpdir(), 'ibs-schedules-'));
  await ok('settings', 'set', `allowedRoots+=${root}`, 'timeZone=Europe/Berlin');
  const place = ['--name', 'main', '--type', 'local', '--path', join(root, 'store')];
  const schedules = [
    '--gc-schedule',
    'sunday 5:00',
    '--prune-schedule',
    'daily 04:00',
    '--verify-schedule',
    '',
  ];
  await ok('datastore', 'create', ...place, ...schedules, '--gc-window', '22-6', '--keep-daily', '7');
});

afterAll(async () => {
  await server.stop();
  fs.rmSync(root, { recursive: true, force: true });
});

async function cli(...words: string[]) {
  const home = { HOME: root, XDG_CONFIG_HOME: join(root, 'config'), LANG: 'C.UTF-8' };
  const env = { ...process.env, ...home, IBS_DATA_DIR: server.dataDirectory };
  const child = spawn(PROGRAM, words, { env });
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

async function ok(...words: string[]): Promise<string> {
  const { status, out, err } = await cli(...words);
  expect({ status, err: status === 0 ? '' : err }).toEqual({ status: 0, err: '' });
  return out;
}

/** Lines of `datastore show` from the first job on, with single spaces. */
async function shown(): Promise<string[]> {
  const lines = (await ok('datastore', 'show', 'main'))
    .split('\n')
    .map((line) => line.trim().replace(/\s+/g, ' '));
  return lines.slice(lines.findIndex((line) => line.startsWith('Prune'))).filter(Boolean);
}

test('what is set with a new datastore is shown with its next runs', async () => {
  const lines = await shown();
  expect(lines.filter((line) => !line.startsWith('Next runs'))).toEqual([
    'Prune Every day at 04:00 (Europe/Berlin).',
    'Keeps keep-daily 7',
    'Garbage collection Every Sunday at 05:00 (Europe/Berlin), only 22:00-06:00.',
    'Does keeps what was used within 1 d, stops above 50 % of what is stored',
    'Verification Manual only',
    'Does reads each snapshot again after 30 days',
    'Restore drill Manual only',
  ]);
  const next = lines.filter((line) => line.startsWith('Next runs'));
  expect(next).toHaveLength(2);
  for (const line of next)
    expect(line).toMatch(/^Next runs (\d{4}-\d\d-\d\dT0[234]:00:00Z \(in [^)]*\)(, )?){3}$/);
});

test('a change touches what it names, and says what else there is to change', async () => {
  await ok(
    'datastore',
    'update',
    'main',
    '--prune-schedule',
    'none',
    '--keep-weekly',
    '4',
    '--gc-window',
    'none',
    '--prune-window',
    '22-6',
    '--drill-window',
    'sat 8-20',
  );
  const { jobs, zone, clashes } = JSON.parse(await ok('datastore', 'show', 'main', '--output', 'json'));
  expect(jobs).toMatchObject([
    {
      kind: 'prune',
      schedule: null,
      window: '22:00-06:00',
      options: { keep: { daily: 7, weekly: 4 } },
      next: [],
    },
    { kind: 'gc', schedule: 'sun 05:00', window: null },
    { kind: 'verify', schedule: null },
    { kind: 'drill', schedule: null, window: expect.stringMatching(/^sat 0?8/) },
  ]);
  expect({ zone, clashes }).toEqual({ zone: 'Europe/Berlin', clashes: [] });
  await ok('datastore', 'update', 'main', '--prune-schedule', 'Sun 05:00', '--keep-weekly', '0');
  const lines = await shown();
  expect(lines).toContain('Keeps keep-daily 7');
  expect(lines.at(-1)).toMatch(
    /^Same minute The prune starts at the same minute \(.* 05:00\): the garbage collection waits/,
  );
  const nothing = await cli('datastore', 'update', 'main');
  expect(nothing).toMatchObject({ status: 2, out: '' });
  expect(nothing.err).toContain('There is nothing to change.');
});

test('what the runs do is set with their schedules, and refused with the option that is wrong', async () => {
  const set = ['--gc-grace-minutes', '90', '--gc-stop-percent', 'none', '--verify-window', '1-5'];
  await ok('datastore', 'update', 'main', ...set, '--verify-outdated-after', '7', '--verify-budget', '2');
  const { jobs } = JSON.parse(await ok('datastore', 'show', 'main', '--output', 'json'));
  expect(jobs).toMatchObject([
    {},
    { kind: 'gc', options: { graceMinutes: 90, stopPercent: null } },
    {
      ...{ kind: 'verify', window: '01:00-05:00' },
      options: { outdatedAfterDays: 7, budgetBytes: 2 * 1024 ** 3 },
    },
    {},
  ]);
  const lines = (await shown()).map((line) => line.replaceAll('\u00a0', ' '));
  expect(lines).toContain('Does keeps what was used within 1 h 30 min, without a limit');
  expect(lines).toContain('Does reads each snapshot again after 7 days, at most about 2.00 GiB a run');
  const wrong = await cli('datastore', 'update', 'main', '--gc-stop-percent', '101');
  expect(wrong.status).toBe(2);
  expect(wrong.err).toMatch(/--gc-stop-percent.*At most 100/s);
});

test('a schedule that cannot be read is refused with its place, before anything is asked', async () => {
  const { status, err } = await cli('datastore', 'update', 'main', '--gc-schedule', 'Sun 25:00');
  expect(status).toBe(2);
  expect(err).toContain('The hour is a number from 0 to 23. (at "25:00" in "Sun 25:00")');
});

test('a schedule is explained', async () => {
  const lines = (await ok('schedule', 'explain', 'Sun 05:00'))
    .split('\n')
    .map((line) => line.trim().replace(/\s+/g, ' '));
  expect(lines.slice(0, 4)).toEqual([
    'Schedule sun 05:00',
    'Meaning Every Sunday at 05:00',
    'Time zone Europe/Berlin',
    '',
  ]);
  expect(lines.slice(4).filter((line) => /\d{4}-\d\d-\d\dT0[34]:00:00Z/.test(line))).toHaveLength(5);
  const meaning = JSON.parse(
    await ok('schedule', 'explain', 'daily UTC', '--count', '2', '--output', 'json'),
  );
  expect(meaning).toMatchObject({
    schedule: 'daily UTC',
    zone: 'UTC',
    next: [expect.any(String), expect.any(String)],
  });
  expect((await cli('schedule', 'explain', 'noon')).status).toBe(2);
});

test('a further job is made, changed, listed and removed by its name; where two prunes meet is told', async () => {
  const which = ['main', '--kind', 'prune', '--job', 'web'];
  const made = ['--schedule', 'daily 03:00', '--depth', '1', '--keep-last', '9', '--keep-daily', '7'];
  expect(await ok('job', 'create', ...which, ...made)).toBe('main has a prune of web now.\n');
  await ok('job', 'update', ...which, '--keep-last', '0', '--depth', 'none', '--window', '1-5');
  const jobs = JSON.parse(await ok('job', 'list', 'main', '--output', 'json'));
  expect(jobs.map(({ kind, name }: Record<string, string>) => [kind, name])).toEqual([
    ['prune', ''],
    ['prune', 'web'],
    ['gc', ''],
    ['verify', ''],
    ['drill', ''],
  ]);
  expect(jobs[1]).toMatchObject({
    ...{ schedule: '03:00', window: '01:00-05:00' },
    options: { keep: { daily: 7 }, namespace: '', depth: null },
  });
  const { out, err } = await cli('job', 'list', 'main');
  expect(out).toMatch(/^prune +web +Every day at 03:00, only 01:00-05:00 /m);
  expect(err).toContain(
    'prune web: This job and the default one both prune the whole datastore: a snapshot stays',
  );
  expect(await shown()).toContain('Prune web Every day at 03:00 (Europe/Berlin), only 01:00-05:00.');
  const wrong = await cli('job', 'update', ...which, '--budget', '5');
  expect([wrong.status, wrong.err]).toEqual([
    2,
    expect.stringContaining('A prune does not take --outdated-after'),
  ]);
  const again = await cli('job', 'create', ...which);
  expect([again.status, again.err]).toEqual([5, expect.stringContaining('There is a prune of web already.')]);
  expect((await cli('job', 'remove', ...which)).err).toContain('add --yes');
  expect(await ok('job', 'remove', ...which, '--yes')).toBe('main has no prune of web any more.\n');
  expect((await cli('job', 'remove', ...which, '--yes')).status).toBe(4);
});
