import { expect, test } from 'vitest';
import {
  type DatastoreFacts,
  type FailureFacts,
  findNeeds,
  type HealthFacts,
  verdictWords,
} from './health.ts';
import type { JobKind } from './job.ts';

const NOW = Date.parse('2026-05-02T08:00:00Z');
const HOUR_MS = 3_600_000;

function datastore(more: Partial<DatastoreFacts>): DatastoreFacts {
  return {
    name: 'ibs-primary',
    status: 'online',
    statusReason: '',
    statusSince: new Date(NOW - 3 * HOUR_MS),
    maintenance: null,
    usedBytes: 10,
    availableBytes: 90,
    lastGoodProbeAt: new Date(NOW),
    owner: { alive: true },
    ...more,
  };
}

function failure(more: Partial<FailureFacts>): FailureFacts {
  const finishedAt = new Date(NOW - HOUR_MS);
  return {
    id: 'a',
    kind: 'backup',
    title: 'Backup',
    subject: 'ibs-primary:vm/1/2026-05-02T06:00:00Z',
    outcome: null,
    error: { code: 'STORAGE_FULL', message: 'No space.' },
    resolved: false,
    finishedAt,
    createdAt: finishedAt,
    ...more,
  };
}

function find(more: Partial<HealthFacts>) {
  const workers = [{ alive: true }];
  const nothing = { datastores: [], failures: [], overdueJobs: [], expiringTokens: [] };
  return findNeeds({ workers, ...nothing, now: NOW, ...more });
}

const titles = (more: Partial<HealthFacts>) =>
  find(more).map(({ severity, title }) => `${severity} ${title.replaceAll('\u00a0', ' ')}`);

test('what is well needs nobody, and neither does what somebody chose', () => {
  const resting = datastore({ status: 'read-only', maintenance: { mode: 'read-only' } });
  expect(find({ datastores: [datastore({}), resting] })).toEqual([]);
});

test('what is lost comes before what is getting full, and that before a failure and a token', () => {
  const datastores = [
    datastore({ name: 'full', usedBytes: 91, availableBytes: 9 }),
    datastore({ status: 'offline' }),
  ];
  const expiringTokens = [{ id: 'alice@ibs!ci', expiresAt: new Date(NOW + HOUR_MS) }];
  expect(titles({ datastores, expiringTokens, failures: [failure({})], workers: [] })).toEqual([
    'bad No storage worker is running',
    'bad ibs-primary is offline',
    'warn full is 91.0 % full',
    'warn Backup ibs-primary:vm/1 failed',
    'warn Token alice@ibs!ci expires soon',
  ]);
});

const overdue = (kind: JobKind, hours: number, waiting: string | null = null) => ({
  ...{ datastore: 'ibs-primary', kind, job: '', waiting },
  since: new Date(NOW - hours * HOUR_MS),
});

test('what a datastore should have started by itself is one need, since the first of it, with the way to it', () => {
  const waiting = 'ibs-primary is in maintenance';
  const overdueJobs = [overdue('gc', 2), overdue('verify', 26, waiting)];
  expect(find({ datastores: [datastore({})], overdueJobs })).toEqual([
    {
      severity: 'warn',
      title: 'Garbage collection and verification of ibs-primary are overdue',
      detail: 'ibs-primary is in maintenance.',
      at: NOW - 26 * HOUR_MS,
      subject: { kind: 'job', name: 'ibs-primary', job: 'verify' },
    },
  ]);
  expect(titles({ datastores: [datastore({})], overdueJobs: [overdue('prune', 2)] })).toEqual([
    'warn Prune of ibs-primary is overdue',
  ]);
});

test('where nothing can run that is told, and not again what is overdue because of it', () => {
  const overdueJobs = [overdue('gc', 2)];
  expect(titles({ datastores: [datastore({ status: 'offline' })], overdueJobs })).toEqual([
    'bad ibs-primary is offline',
  ]);
  expect(titles({ datastores: [datastore({ owner: null })], overdueJobs })).toEqual([
    'bad ibs-primary is served by no storage worker',
  ]);
  expect(titles({ datastores: [datastore({})], overdueJobs, workers: [] })).toEqual([
    'bad No storage worker is running',
  ]);
});

test('a need tells why, since when, and where to go on', () => {
  const statusReason = 'The mount is gone.';
  expect(find({ datastores: [datastore({ status: 'offline', statusReason })] })).toEqual([
    {
      severity: 'bad',
      title: 'ibs-primary is offline',
      detail: statusReason,
      at: NOW - 3 * HOUR_MS,
      subject: { kind: 'datastore', name: 'ibs-primary' },
    },
  ]);
  expect(find({ failures: [failure({})] })).toMatchObject([
    { detail: 'No space.', at: NOW - HOUR_MS, subject: { kind: 'task', id: 'a' } },
  ]);
});

test('what can be full at last is urgent', () => {
  expect(titles({ datastores: [datastore({ usedBytes: 96, availableBytes: 4 })] })).toEqual([
    'bad ibs-primary is 96.0 % full',
  ]);
});

test('a prune that failed runs unattended as well, and a namespace was seen by who made it', () => {
  const prune = failure({ kind: 'datastore.prune', subject: 'ibs-primary', title: 'Prune datastore' });
  expect(titles({ failures: [prune, failure({ id: 'c', kind: 'namespace.create' })] })).toEqual([
    'warn Prune datastore ibs-primary failed',
  ]);
});

test('a machine whose backup failed again and again is told once, by its last failure', () => {
  const again = failure({ id: 'b', subject: 'ibs-primary:vm/1/2026-05-02T05:00:00Z' });
  const found = find({ failures: [failure({}), again] });
  expect(found.map(({ title }) => title)).toEqual(['Backup ibs-primary:vm/1 failed 2 times']);
  expect(found[0]?.subject).toEqual({ kind: 'task', id: 'a' });
});

test('what fails for the same reason everywhere is told once, with how much it is', () => {
  const of = (id: string, machine: string, message = 'No space.') =>
    failure({
      id,
      subject: `a:vm/${machine}/2026-05-02T05:00:00Z`,
      error: { code: 'STORAGE_FULL', message },
    });
  const failures = [of('a', '1'), of('b', '2'), of('c', '3'), of('d', '4', 'No network.')];
  expect(find({ failures })).toMatchObject([
    {
      title: 'Backup failed for 3 machines',
      detail: 'a:vm/1, a:vm/2 and 1 more: No space.',
      subject: { kind: 'task', id: 'a', alike: 'backup' },
    },
    { title: 'Backup a:vm/4 failed', detail: 'No network.', subject: { kind: 'task', id: 'd' } },
  ]);
  expect(find({ failures: [...failures, of('e', '2')] })[0]?.title).toBe(
    'Backup failed for 3 machines, 4 times',
  );
});

test('what was made good, is old, or was watched by whoever asked for it needs nobody', () => {
  const failures = [
    failure({ resolved: true }),
    failure({ id: 'b', finishedAt: new Date(NOW - 30 * HOUR_MS) }),
    failure({ id: 'c', kind: 'namespace.create' }),
  ];
  expect(find({ failures })).toEqual([]);
});

test('a datastore that no worker serves is said once, whatever its last status was', () => {
  const lost = { name: 'lost', owner: null } as const;
  const datastores = [datastore(lost), datastore({ ...lost, name: 'gone', status: 'offline' })];
  const said = ['bad lost is served by no storage worker', 'bad gone is served by no storage worker'];
  expect(titles({ datastores })).toEqual(said);
  expect(titles({ datastores: [datastore({ owner: null, status: 'probing' })] })).toEqual([]);
  expect(titles({ datastores: [datastore(lost)], workers: [] })).toEqual([
    'bad No storage worker is running',
  ]);
});

test('workers that are not known yet are not missing', () => {
  expect(find({ workers: undefined, datastores: [datastore({ owner: null })] })).toEqual([]);
});

test('a token that has expired is told apart from one that will', () => {
  const expiringTokens = [{ id: 'alice@ibs!old', expiresAt: new Date(NOW - HOUR_MS) }];
  expect(titles({ expiringTokens })).toEqual(['warn Token alice@ibs!old has expired']);
});

const online = { name: 'ibs-primary', status: 'online' } as const;
const resting = { name: 'b', status: 'maintenance' } as const;

test.each([
  [0, [], 0, 'The server is well. There is no datastore yet.'],
  [0, [online], 0, 'ibs-primary is online. No task failed in the last 24 hours.'],
  [
    0,
    [online, { ...online, name: 'b' }],
    1,
    'All 2 datastores are online. One task failed in the last 24 hours; none needs you now.',
  ],
  [
    0,
    [online, resting],
    0,
    'All is well; b is not online by choice (maintenance). No task failed in the last 24 hours.',
  ],
  [
    0,
    [resting, { ...resting, name: 'c' }],
    2,
    'All is well; 2 datastores are not online by choice. 2 tasks failed in the last 24 hours; none needs you now.',
  ],
  [1, [online], 1, 'One thing needs you'],
  [12, [online], 0, '12 things need you'],
] as const)('%i needs, %j, %i failed: %s', (needs, datastores, failed, words) => {
  expect(verdictWords(needs, datastores, failed)).toBe(words);
});
