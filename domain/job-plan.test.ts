import { describe, expect, test } from 'vitest';
import { firstJobs, type JobKind } from './job.ts';
import {
  dueSince,
  findClashes,
  isOverdue,
  type Job,
  lateWords,
  planTick,
  runEnd,
  type TickFacts,
} from './job-plan.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const at = (text: string) => Date.parse(`${text.replace(' ', 'T')}Z`);

/** A Friday. */
const NOON = at('2026-11-27 12:00');

function job(kind: JobKind, schedule: string | null, more: Partial<Job> = {}): Job {
  const settings = firstJobs({ keep: { daily: 7 } }).find((one) => one.kind === kind);
  if (!settings) throw new Error(`no ${kind}`);
  return { ...settings, schedule, countedFrom: NOON, leftAt: null, notice: null, ...more };
}

function plan(jobs: Job[], facts: Partial<TickFacts>) {
  const runs = { active: [], running: [] };
  const all = { name: 'main', status: 'online' as const, reason: '', ...runs, now: NOON, zone: 'UTC' };
  return planTick(jobs, { ...all, ...facts }).map((one) =>
    'words' in one ? [one.kind, one.act, one.words] : [one.kind, one.act],
  );
}

describe('a due time', () => {
  test('is due from its moment on, and not before', () => {
    const daily = job('gc', '13:00');
    expect(plan([daily], { now: NOON + HOUR - 1 })).toEqual([]);
    expect(plan([daily], { now: NOON + HOUR })).toEqual([['gc', 'start']]);
  });

  test('that is dealt with is due no more, and the next one is', () => {
    const started = job('gc', '13:00', { countedFrom: NOON + HOUR });
    expect(plan([started], { now: NOON + HOUR })).toEqual([]);
    expect(plan([started], { now: NOON + HOUR + MINUTE })).toEqual([]);
    expect(plan([started], { now: NOON + HOUR + DAY })).toEqual([['gc', 'start']]);
  });

  test('that was missed is made up for once, however many there were', () => {
    const hourly = job('gc', 'hourly');
    const now = NOON + 3 * DAY + 5 * MINUTE;
    expect(dueSince(hourly, now, 'UTC')).toBe(NOON + HOUR);
    expect(plan([hourly], { now })).toEqual([['gc', 'start']]);
    expect(plan([{ ...hourly, countedFrom: now }], { now: now + MINUTE })).toEqual([]);
  });

  test('does not come from a schedule by hand only, from one without a next time, nor from a prune without a rule', () => {
    const now = NOON + 400 * DAY;
    expect(plan([job('gc', null), job('prune', '2026-01-01 05:00')], { now })).toEqual([]);
    expect(plan([job('prune', 'daily', { options: { keep: {} } })], { now })).toEqual([]);
  });
});

describe('clocks', () => {
  test('set forward make up for what they passed, once', () => {
    expect(plan([job('gc', 'daily')], { now: NOON + 40 * DAY })).toEqual([['gc', 'start']]);
  });

  test('set back by less than a day make nothing due twice', () => {
    const started = job('gc', '12:00');
    for (const back of [MINUTE, HOUR, 23 * HOUR]) {
      expect(plan([started], { now: NOON - back })).toEqual([]);
    }
    expect(plan([started], { now: NOON })).toEqual([]);
    expect(plan([started], { now: NOON + DAY })).toEqual([['gc', 'start']]);
  });

  test('that were far ahead do not stop a job until then', () => {
    expect(plan([job('gc', 'daily', { countedFrom: NOON + 300 * DAY })], {})).toEqual([['gc', 'recount']]);
  });

  // Germany: on 28 March 2027 02:00 is followed by 03:00, on 25 October 2026 02:00 to 03:00 comes twice.
  test('put forward in spring: what they leave out runs as much later, once', () => {
    const zone = 'Europe/Berlin';
    const nightly = job('gc', '02:30', { countedFrom: at('2027-03-27 12:00') });
    expect(plan([nightly], { zone, now: at('2027-03-28 01:29') })).toEqual([]);
    expect(plan([nightly], { zone, now: at('2027-03-28 01:30') })).toEqual([['gc', 'start']]);
    const started = { ...nightly, countedFrom: at('2027-03-28 01:30') };
    expect(plan([started], { zone, now: at('2027-03-29 00:29') })).toEqual([]);
    expect(plan([started], { zone, now: at('2027-03-29 00:30') })).toEqual([['gc', 'start']]);
  });

  test('put back in autumn: what comes twice runs once', () => {
    const zone = 'Europe/Berlin';
    const nightly = job('gc', '02:30', { countedFrom: at('2026-10-24 12:00') });
    expect(plan([nightly], { zone, now: at('2026-10-25 00:30') })).toEqual([['gc', 'start']]);
    const started = { ...nightly, countedFrom: at('2026-10-25 00:30') };
    expect(plan([started], { zone, now: at('2026-10-25 01:30') })).toEqual([]);
    expect(plan([started], { zone, now: at('2026-10-26 01:30') })).toEqual([['gc', 'start']]);
  });
});

describe('several at the same minute', () => {
  const jobs = [job('verify', '13:00'), job('gc', '13:00'), job('prune', '13:00')];
  const now = NOON + HOUR;

  test('the prune goes first, then the collection, then the verification, each when the one before has ended', () => {
    const wait = ['gc', 'wait', 'It waits until the prune has ended.'];
    const last = ['verify', 'wait', 'It waits until the prune has ended.'];
    expect(plan(jobs, { now })).toEqual([['prune', 'start'], wait, last]);
    const later = jobs.map((one) => (one.kind === 'prune' ? { ...one, countedFrom: now } : one));
    expect(plan(later, { now: now + MINUTE, active: ['prune'] })).toEqual([wait, last]);
    const behind = ['verify', 'wait', 'It waits until the garbage collection has ended.'];
    expect(plan(later, { now: now + 9 * MINUTE })).toEqual([['gc', 'start'], behind]);
    const end = later.map((one) => (one.kind === 'gc' ? { ...one, countedFrom: now } : one));
    expect(plan(end, { now: now + 19 * MINUTE })).toEqual([['verify', 'start']]);
  });

  test('a prune does not wait for a collection or a verification that is running', () => {
    expect(plan([job('prune', '13:00')], { now, active: ['gc', 'verify'] })).toEqual([['prune', 'start']]);
  });

  test('a prune that waits for its window keeps nobody waiting', () => {
    const prune = job('prune', '13:00', { window: '22:00-06:00' });
    expect(plan([prune, job('gc', '13:00')], { now })).toEqual([
      ['prune', 'wait', 'It may start only 22:00-06:00.'],
      ['gc', 'start'],
    ]);
  });
});

describe('what cannot start', () => {
  const due = job('gc', '12:30');
  const now = NOON + HOUR;

  test.each([
    ['offline', 'The mount is gone.', 'main is offline: The mount is gone.'],
    ['maintenance', 'New disks', 'main is in maintenance: New disks.'],
    ['read-only', 'by hand', 'main is read-only: by hand.'],
    ['failed', 'A flush failed.', 'main is failed: A flush failed.'],
  ] as const)('stays due while the datastore is %s', (status, reason, words) => {
    expect(plan([due], { now, status, reason })).toEqual([['gc', 'hold', words]]);
    expect(plan([due], { now: now + 5 * DAY })).toEqual([['gc', 'start']]);
  });

  test('is let go while the same is on its way', () => {
    expect(plan([due], { now, active: ['gc'] })).toEqual([
      ['gc', 'skip', 'A garbage collection was on its way already.'],
    ]);
  });

  test('waits for its window, in the zone of the server', () => {
    const windowed = { ...due, schedule: '12:30 UTC', window: '22:00-06:00' };
    const wait = [['gc', 'wait', 'It may start only 22:00-06:00.']];
    expect(plan([windowed], { now: at('2026-11-27 20:59'), zone: 'Europe/Berlin' })).toEqual(wait);
    expect(plan([windowed], { now: at('2026-11-27 21:00'), zone: 'Europe/Berlin' })).toEqual([
      ['gc', 'start'],
    ]);
    expect(plan([windowed], { now: at('2026-11-27 21:00') })).toEqual(wait);
  });

  test('is overdue after an hour, unless it waits for its turn or its window', () => {
    const decide = (one: Job, facts: Partial<TickFacts>) => {
      const runs = { active: [], running: [] };
      const all = { name: 'main', status: 'online' as const, reason: '', ...runs, now, zone: 'UTC' };
      return isOverdue(planTick([one], { ...all, ...facts })[0], facts.now ?? now);
    };
    expect(decide(due, { now: NOON + 90 * MINUTE })).toBe(false);
    expect(decide(due, { now: NOON + 91 * MINUTE })).toBe(true);
    expect(decide(due, { now: NOON + 91 * MINUTE, status: 'offline' })).toBe(true);
    expect(decide(due, { now: NOON + 91 * MINUTE, active: ['prune'] })).toBe(false);
    expect(decide({ ...due, window: '22:00-06:00' }, { now: NOON + 5 * HOUR })).toBe(false);
    expect(decide(due, { now: NOON })).toBe(false);
    const nightly = { ...due, window: '22:00-06:00' };
    expect(decide(nightly, { now: at('2026-11-27 22:00') })).toBe(false); // its window has just begun
    expect(decide(nightly, { now: at('2026-11-27 23:00') })).toBe(false);
    expect(decide(nightly, { now: at('2026-11-27 23:01') })).toBe(true);
  });
});

describe('a run that stopped at the end of its window', () => {
  const at6 = at('2026-11-28 06:00');
  const nightly = (more: Partial<Job> = {}) =>
    job('verify', 'Sat 01:00', {
      window: '22:00-06:00',
      countedFrom: at('2026-11-28 01:00'),
      leftAt: at6,
      ...more,
    });
  const wait = 'The last run stopped at the end of its window; it goes on within 22:00-06:00.';

  test('is due again when the window begins, long before its schedule is', () => {
    expect(plan([nightly()], { now: at6 })).toEqual([['verify', 'wait', wait]]);
    expect(plan([nightly()], { now: at('2026-11-28 21:59') })).toEqual([['verify', 'wait', wait]]);
    expect(plan([nightly()], { now: at('2026-11-28 22:00') })).toEqual([['verify', 'start']]);
    expect(plan([nightly({ leftAt: null })], { now: at('2026-11-28 22:00') })).toEqual([]);
  });

  test('waits for one that was started by hand, which need not read what is left', () => {
    const running = { now: at('2026-11-28 22:00'), active: ['verify' as const] };
    expect(plan([nightly()], running)).toEqual([
      ['verify', 'wait', 'It waits until the verification that runs has ended.'],
    ]);
  });

  test('is not due again once it is by hand only, and at once when it has no window any more', () => {
    expect(plan([nightly({ schedule: null })], { now: at('2026-11-28 22:00') })).toEqual([]);
    expect(plan([nightly({ window: null })], { now: at6 })).toEqual([['verify', 'start']]);
  });

  test('is due now when clocks were set back behind it', () => {
    expect(plan([nightly()], { now: at('2026-11-28 05:00') })).toEqual([['verify', 'start']]);
  });

  test('says that it goes on, and is not late', () => {
    const words = lateWords(nightly(), at6, { now: at('2026-11-28 22:00'), zone: 'UTC' });
    expect(words).toBe('The last run stopped at the end of its window; this one goes on with what it left.');
  });
});

describe('a run that starts ends', () => {
  const end = (kind: JobKind, window: string | null, now: string, zone = 'UTC') => {
    const moment = runEnd(job(kind, 'daily', { window }), at(now), zone);
    return moment === null ? null : new Date(moment).toISOString().slice(0, 16);
  };

  test.each([
    ['gc', '22:00-06:00', '2026-11-27 22:00', '2026-11-28T06:00'],
    ['verify', '22:00-06:00', '2026-11-28 05:59', '2026-11-28T06:00'],
    ['verify', 'mon..fri 08:00-24:00', '2026-11-27 12:00', '2026-11-28T00:00'],
    ['gc', 'sat,sun 00:00-24:00', '2026-11-28 07:30', '2026-11-30T00:00'],
    ['gc', '00:00-24:00', '2026-11-27 12:00', null],
    ['gc', null, '2026-11-27 12:00', null],
    ['prune', '22:00-06:00', '2026-11-27 22:00', null],
  ] as const)('%s with the window %s, started %s: %s', (kind, window, now, expected) => {
    expect(end(kind, window, now)).toBe(expected);
  });

  test('by the clocks of the zone, also in the night in which they are put back', () => {
    expect(end('gc', '22:00-06:00', '2026-10-24 20:00', 'Europe/Berlin')).toBe('2026-10-25T05:00');
    expect(end('gc', '22:00-02:30', '2026-10-24 20:00', 'Europe/Berlin')).toBe('2026-10-25T00:30');
  });
});

describe('a late start says', () => {
  const daily = job('gc', 'daily', { countedFrom: at('2026-11-20 00:00') });
  const dueAt = at('2026-11-21 00:00');
  const words = (one: Job, now: string, zone = 'UTC') =>
    lateWords(one, dueAt, { now: at(now), zone })?.replaceAll('\u00a0', ' ');

  test('nothing when it is in time', () => {
    expect(words(daily, '2026-11-21 00:01')).toBeUndefined();
  });

  test('when it was due, how often since, and that no worker was there', () => {
    expect(words(daily, '2026-11-21 03:00')).toBe(
      'It was due at 2026-11-21 00:00 (UTC); it starts 3 h late. No storage worker was there to start it.',
    );
    expect(words(daily, '2026-11-24 12:00')).toBe(
      'It was due at 2026-11-21 00:00 (UTC), and 3 more times since; it starts 3 d 12 h late. No storage worker was there to start it.',
    );
  });

  test('what kept it, when that was seen since it was due', () => {
    const notice = { words: 'main is offline: The mount is gone.', at: dueAt };
    expect(words({ ...daily, notice }, '2026-11-21 03:00')).toMatch(
      /3 h late\. main is offline: The mount is gone\.$/,
    );
    const old = { ...notice, at: dueAt - 1 };
    expect(words({ ...daily, notice: old }, '2026-11-21 03:00')).toMatch(/No storage worker was there/);
  });

  test('times of the zone that the schedule names', () => {
    const berlin = job('gc', '01:00 Europe/Berlin', { countedFrom: at('2026-11-20 00:00') });
    expect(words(berlin, '2026-11-21 03:00')).toMatch(/^It was due at 2026-11-21 01:00 \(Europe\/Berlin\);/);
  });
});

describe('several jobs of a kind', () => {
  const prune = (name: string, schedule = '13:00', more: Partial<Job> = {}) =>
    job('prune', schedule, { name, ...more });
  const all = [prune('web'), prune('db'), prune(''), job('gc', '13:00')];
  const now = NOON + HOUR;
  const acts = (jobs: Job[], facts: Partial<TickFacts>) =>
    planTick(jobs, {
      name: 'main',
      status: 'online',
      reason: '',
      active: [],
      running: [],
      zone: 'UTC',
      now,
      ...facts,
    }).map((one) => [one.kind, one.name, one.act, 'words' in one ? one.words : '']);
  const started = (...names: string[]) =>
    all.map((one) => (one.kind === 'prune' && names.includes(one.name) ? { ...one, countedFrom: now } : one));

  test('that are due at once run one after the other, the default one first and then by name, and none is let go', () => {
    expect(acts(all, {})).toEqual([
      ['prune', '', 'start', ''],
      ['prune', 'db', 'wait', 'It waits until the prune that runs has ended.'],
      ['prune', 'web', 'wait', 'It waits until the prune that runs has ended.'],
      ['gc', '', 'wait', 'It waits until the prune has ended.'],
    ]);
    const running = [{ kind: 'prune' as const, name: '' }];
    expect(acts(started(''), { active: ['prune'], running }).map(([, name, act]) => [name, act])).toEqual([
      ['db', 'wait'],
      ['web', 'wait'],
      ['', 'wait'],
    ]);
    expect(acts(started(''), {}).slice(0, 2)).toEqual([
      ['prune', 'db', 'start', ''],
      ['prune', 'web', 'wait', 'It waits until the prune of db that runs has ended.'],
    ]);
    expect(acts(started('', 'db', 'web'), {})).toEqual([['gc', '', 'start', '']]);
  });

  test('are let go only for what is doing the same: their own run, and for the default one also a run by hand', () => {
    const skipped = 'A prune was on its way already.';
    const byHand = 'It waits until the prune that runs has ended.';
    expect(acts([prune(''), prune('web')], { active: ['prune'] })).toEqual([
      ['prune', '', 'skip', skipped],
      ['prune', 'web', 'wait', byHand],
    ]);
    const running = [{ kind: 'prune' as const, name: 'web' }];
    expect(acts([prune(''), prune('web')], { active: ['prune'], running })).toEqual([
      ['prune', '', 'wait', 'It waits until the prune of web that runs has ended.'],
      ['prune', 'web', 'skip', skipped],
    ]);
  });

  test('are overdue each by itself: one whose turn it is not, or whose window is shut, is not', () => {
    const late = { now: now + 5 * HOUR };
    const facts = {
      name: 'main',
      status: 'online' as const,
      reason: '',
      active: [],
      running: [],
      zone: 'UTC',
      ...late,
    };
    const jobs = [prune('', 'daily'), prune('night', '13:00', { window: '22:00-06:00' }), prune('web')];
    const overdue = (more: Partial<TickFacts>) =>
      planTick(jobs, { ...facts, ...more }).map((one) => [one.name, isOverdue(one, late.now)]);
    expect(overdue({})).toEqual([
      ['night', false],
      ['web', true],
    ]);
    const running = [{ kind: 'prune' as const, name: '' }];
    expect(overdue({ active: ['prune'], running })).toEqual([
      ['night', false],
      ['web', false],
    ]);
  });

  test('of which one stopped at the end of its window goes on behind the others', () => {
    const nightly = (name: string, more: Partial<Job>) =>
      job('verify', 'Sat 01:00', { name, window: '22:00-06:00', ...more });
    const night = at('2026-11-27 22:00');
    const jobs = [
      nightly('', { countedFrom: night }),
      nightly('web', { leftAt: at('2026-11-27 06:00'), countedFrom: night }),
    ];
    expect(acts(jobs, { now: night })).toEqual([['verify', 'web', 'start', '']]);
    const running = [{ kind: 'verify' as const, name: '' }];
    expect(acts(jobs, { now: night, active: ['verify'], running })).toEqual([
      ['verify', 'web', 'wait', 'It waits until the verification that runs has ended.'],
    ]);
  });
});

describe('clashes', () => {
  const clashes = (prune: string | null, gc: string | null, zone = 'UTC') =>
    findClashes([job('gc', gc), job('prune', prune), job('verify', null)], NOON, zone).map(
      ({ jobs, at: moment }) => [
        ...jobs.map(({ kind }) => kind),
        new Date(moment).toISOString().slice(0, 16),
      ],
    );

  test.each([
    ['daily', 'weekly', '2026-11-30T00:00'],
    ['*:0/15', 'Sun 05:30', '2026-11-29T05:30'],
    ['05:00:30', '05:00', '2026-11-28T05:00'],
    ['02-28 04:00', '*-*~1 04:00', '2027-02-28T04:00'],
    ['minutely', 'minutely', '2026-11-27T12:01'],
  ])('%s and %s meet first at the same minute of %s', (prune, gc, moment) => {
    expect(clashes(prune, gc)).toEqual([['prune', 'gc', moment]]);
    expect(clashes(gc, prune)).toEqual([['prune', 'gc', moment]]);
  });

  test.each([
    ['04:00', '05:00'],
    ['*:0/2', '*:1/2'],
    ['mon..fri 04:00', 'sat,sun 04:00'],
    ['daily', null],
    ['2028-02-29 04:00', '04:00'],
  ])('%s and %s do not meet within a year', (prune, gc) => {
    expect(clashes(prune, gc)).toEqual([]);
  });

  test('are found across zones, and where a time that clocks leave out moves to another', () => {
    expect(clashes('05:00 Europe/Berlin', '04:00 UTC')).toEqual([['prune', 'gc', '2026-11-28T04:00']]);
    expect(clashes('02:30', '03:30', 'Europe/Berlin')).toEqual([['prune', 'gc', '2027-03-28T01:30']]);
  });

  test('are told in words, and not of a prune that has no rule', () => {
    const prune = job('prune', 'daily');
    expect(findClashes([prune, job('gc', 'weekly')], NOON, 'UTC').map(({ words }) => words)).toEqual([
      'The prune starts at the same minute (2026-11-30 00:00): the garbage collection waits until it has ended.',
    ]);
    expect(findClashes([{ ...prune, options: { keep: {} } }, job('gc', 'weekly')], NOON, 'UTC')).toEqual([]);
  });
});

test('a run by hand on one namespace does not take the turn of the default job', () => {
  const due = job('verify', '*:0', { countedFrom: NOON - HOUR });
  const whole = plan([due], { active: ['verify'], running: [] });
  const part = plan([due], { active: ['verify'], running: [], parts: ['verify'] });
  expect([whole, part]).toEqual([
    [['verify', 'skip', 'A verification was on its way already.']],
    [['verify', 'wait', 'It waits until the verification that runs has ended.']],
  ]);
});
