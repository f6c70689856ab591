import { expect, test } from 'vitest';
import { CreateDatastoreInput, UpdateDatastoreInput } from './datastore.ts';
import {
  CreateJobInput,
  changeJob,
  changesOf,
  firstJobs,
  type JobSettings,
  lacksRule,
  newJob,
  taskOf,
  UpdateJobInput,
  wholeOptions,
} from './job.ts';
import { explainEvent, parseSchedule } from './schedule.ts';
import { TASK_KINDS } from './task.ts';

const ID = '00000000-0000-4000-8000-000000000001';

function jobOf(kind: JobSettings['kind'], jobs = firstJobs({})): JobSettings {
  const found = jobs.find((job) => job.kind === kind);
  if (!found) throw new Error(`no ${kind}`);
  return found;
}

test('a new datastore collects and verifies weekly, prunes daily and drills by hand, and has no keep rule', () => {
  expect(firstJobs({})).toEqual([
    {
      ...{ kind: 'prune', name: '', schedule: 'daily', window: null },
      options: { keep: {}, namespace: '', depth: null },
    },
    {
      ...{ kind: 'gc', name: '', schedule: 'weekly', window: null },
      options: { graceMinutes: 1440, stopPercent: 50 },
    },
    {
      ...{ kind: 'verify', name: '', schedule: 'weekly', window: null },
      options: { outdatedAfterDays: 30, budgetBytes: null, namespace: '', depth: null },
    },
    { kind: 'drill', name: '', schedule: null, window: null, options: { namespace: '', depth: null } },
  ]);
  expect(lacksRule(jobOf('prune'))).toBe(true);
});

test('wishes that come with a datastore stand in their one spelling; an empty one and none mean by hand', () => {
  const given = { type: 'local', name: 'main', path: '/mnt/main', pruneSchedule: '', verifySchedule: 'None' };
  const input = { ...given, gcSchedule: 'sunday 5:00', gcWindow: '22-6', keep: { daily: 7, last: 0 } };
  const jobs = firstJobs(CreateDatastoreInput.parse(input));
  expect(jobs.map(({ kind, schedule, window }) => [kind, schedule, window])).toEqual([
    ['prune', null, null],
    ['gc', 'sun 05:00', '22:00-06:00'],
    ['verify', null, null],
    ['drill', null, null],
  ]);
  expect(jobOf('prune', jobs).options.keep).toEqual({ daily: 7 });
});

test('only what is named is changed', () => {
  expect(changesOf(UpdateDatastoreInput.parse({ name: 'main', comment: 'x' }))).toEqual([]);
  const [change, ...more] = changesOf(UpdateDatastoreInput.parse({ name: 'main', gcWindow: 'none' }));
  expect(more).toEqual([]);
  const job = { ...jobOf('gc'), window: '22:00-06:00' };
  expect(changeJob(job, change ?? { kind: 'gc' }).after).toEqual({ ...job, window: null });
});

test('what a run does is set with the datastore as well', () => {
  const wishes = { gcGraceMinutes: 60, gcStopPercent: null, verifyWindow: '1-5', verifyBudgetBytes: 5 };
  const input = UpdateDatastoreInput.parse({ name: 'main', ...wishes, verifyOutdatedAfterDays: 7 });
  const changed = changesOf(input).map((change) => changeJob(jobOf(change.kind), change).after);
  expect(changed).toEqual([
    { ...jobOf('gc'), options: { graceMinutes: 60, stopPercent: null } },
    {
      ...{ ...jobOf('verify'), window: '01:00-05:00' },
      options: { outdatedAfterDays: 7, budgetBytes: 5, namespace: '', depth: null },
    },
  ]);
});

test('a limit of jobs from before there was one is that of new ones', () => {
  expect(wholeOptions('gc', { graceMinutes: 60 })).toEqual({ graceMinutes: 60, stopPercent: 50 });
});

test('keep rules that are not named stay, and 0 takes one away', () => {
  const job = jobOf('prune', firstJobs({ keep: { last: 3, daily: 7, weekly: 4 } }));
  const { after } = changeJob(job, { kind: 'prune', keep: { daily: 14, weekly: 0 } });
  expect(after.options.keep).toEqual({ last: 3, daily: 14 });
});

test('a rule that nobody knows is refused, so that no typing mistake drops it', () => {
  const parsed = UpdateDatastoreInput.safeParse({ name: 'main', keep: { dayly: 7 } });
  expect(parsed.error?.issues.map(({ path }) => path)).toEqual([['keep']]);
});

test.each([
  ['another schedule', { schedule: 'hourly' }, true],
  ['no schedule', { schedule: null }, true],
  ['the same schedule', { schedule: 'daily' }, false],
  ['a window', { window: '22:00-06:00' }, false],
  ['the first keep rule', { keep: { daily: 7 } }, true],
] as const)('%s: due times count from the change on (%j): %j', (_, change, anew) => {
  expect(changeJob(jobOf('prune'), { kind: 'prune', ...change }).anew).toBe(anew);
});

test('one more keep rule does not make a run wait that is due', () => {
  const job = jobOf('prune', firstJobs({ keep: { daily: 7 } }));
  expect(changeJob(job, { kind: 'prune', keep: { weekly: 4 } }).anew).toBe(false);
});

test('what a job asks for is what its task takes, on behalf of the server itself', () => {
  const prune = taskOf(jobOf('prune', firstJobs({ keep: { daily: 7 } })), ID);
  expect(prune).toMatchObject({
    kind: 'datastore.prune',
    payload: { datastoreId: ID, keep: { daily: 7 }, group: null, acceptMissing: false, onBehalfOf: null },
  });
  const gc = taskOf(jobOf('gc'), ID);
  expect(gc).toEqual({
    kind: 'datastore.gc',
    payload: { datastoreId: ID, graceMinutes: 1440, stopPercent: 50, until: null },
  });
  expect(taskOf(jobOf('gc'), ID, 7).payload).toMatchObject({ until: 7 });
  const settings = changeJob(jobOf('verify'), {
    kind: 'verify',
    outdatedAfterDays: null,
    budgetBytes: 5,
  }).after;
  const verify = taskOf(settings, ID);
  expect(verify).toMatchObject({
    kind: 'datastore.verify',
    payload: { datastoreId: ID, outdatedAfterDays: null, budgetBytes: 5, group: null, time: null },
  });
  for (const task of [prune, gc, verify]) {
    expect(TASK_KINDS[task.kind].payload.parse(task.payload)).toMatchObject(task.payload);
  }
});

test.each([
  [{ kind: 'gc', graceMinutes: -1 }, 'graceMinutes'],
  [{ kind: 'gc', stopPercent: 0 }, 'stopPercent'],
  [{ kind: 'gc', stopPercent: 101 }, 'stopPercent'],
  [{ kind: 'gc', schedule: 'Sun 25:00' }, 'schedule'],
  [{ kind: 'prune', window: '5-5' }, 'window'],
  [{ kind: 'prune', keep: { daily: 1.5 } }, 'keep.daily'],
  [{ kind: 'sync' }, 'kind'],
])('%j is refused', (change, field) => {
  const issues = UpdateJobInput.safeParse({ name: 'main', ...change }).error?.issues ?? [];
  expect(issues.map(({ path }) => path.join('.'))).toEqual([field]);
});

test('a change of one job leaves out what is left out', () => {
  expect(UpdateJobInput.parse({ name: 'main', kind: 'prune' })).toEqual({
    name: 'main',
    kind: 'prune',
    job: '',
  });
  expect(UpdateJobInput.parse({ name: 'main', kind: 'gc' })).toEqual({ name: 'main', kind: 'gc' });
  expect(UpdateJobInput.parse({ name: 'main', kind: 'verify' })).toEqual({
    name: 'main',
    kind: 'verify',
    job: '',
  });
});

test('by hand only has no next run; a schedule names the zone that it runs in', () => {
  expect(parseSchedule(' NONE ')).toEqual({ ok: true, value: null });
  expect(parseSchedule('\ufeff')).toMatchObject({ ok: false, problem: { code: 'SCHEDULE_INVALID' } });
  const options = { after: 0, zone: 'Europe/Berlin', count: 5 };
  expect(explainEvent(null, options)).toEqual({
    ...{ schedule: null, words: 'Manual only', zone: 'Europe/Berlin', next: [] },
  });
});

test('a restore drill by schedule takes a random snapshot of its part, as the server itself', () => {
  const { after } = changeJob(jobOf('drill'), {
    kind: 'drill',
    schedule: 'sun 12:00',
    namespace: 'production' as never,
  });
  expect(after).toMatchObject({ schedule: 'sun 12:00', options: { namespace: 'production', depth: null } });
  const { kind, payload } = taskOf(after, ID);
  expect(kind).toBe('datastore.drill');
  expect(payload).toEqual({
    ...{ datastoreId: ID, namespace: 'production', depth: null, group: null, time: null, onBehalfOf: null },
  });
  expect(TASK_KINDS['datastore.drill'].payload.parse(payload)).toEqual(payload);
});

test('a further job has a name of its own and begins like a new one; of other kinds there is none', () => {
  const given = { name: 'main', kind: 'prune', job: 'web-1_a', schedule: 'daily 4:00', keep: { daily: 7 } };
  expect(newJob(CreateJobInput.parse({ ...given, namespace: 'production', depth: 1 }))).toEqual({
    ...{ kind: 'prune', name: 'web-1_a', schedule: '04:00', window: null },
    options: { keep: { daily: 7 }, namespace: 'production', depth: 1 },
  });
  expect(newJob(CreateJobInput.parse({ name: 'main', kind: 'verify', job: 'a' }))).toMatchObject({
    schedule: 'weekly',
    options: { outdatedAfterDays: 30, budgetBytes: null, namespace: '', depth: null },
  });
  for (const job of ['', 'Web', 'a b', 'a/b', 'ä', 'a'.repeat(33), undefined]) {
    expect(CreateJobInput.safeParse({ ...given, job }).success).toBe(false);
  }
  expect(CreateJobInput.safeParse({ ...given, kind: 'gc' }).success).toBe(false);
  expect(UpdateJobInput.safeParse({ ...given, job: 'Web' }).success).toBe(false);
});
