import { describe, expect, test } from 'vitest';
import { type KeepOptions, planPrune, type RetentionSnapshot, verdictWords } from './retention.ts';

/** The selection of Proxmox Backup Server, case by case. */

const at = (text: string, more: Partial<RetentionSnapshot> = {}): RetentionSnapshot => ({
  time: Date.parse(`${text.replace(' ', 'T')}:00Z`) / 1000,
  finished: true,
  protected: false,
  ...more,
});
const textOf = ({ time }: RetentionSnapshot) =>
  new Date(time * 1000).toISOString().slice(0, 16).replace('T', ' ');

function split(snapshots: RetentionSnapshot[], keep: KeepOptions, zone = 'UTC') {
  const fates = planPrune(snapshots, keep, zone);
  const named = (isGone: boolean) =>
    fates
      .filter(({ mark }) => (mark === 'remove') === isGone)
      .map(({ snapshot }) => textOf(snapshot))
      .sort();
  return { removed: named(true), kept: named(false) };
}

const removedBy = (snapshots: RetentionSnapshot[], keep: KeepOptions) => split(snapshots, keep).removed;
const keptBy = (snapshots: RetentionSnapshot[], keep: KeepOptions) => split(snapshots, keep).kept;

describe('fixtures of the format', () => {
  const withProtected = [
    at('2019-11-15 09:39', { protected: true }),
    at('2019-11-15 10:39'),
    at('2019-11-15 10:49'),
    at('2019-11-15 10:59', { protected: true }),
  ];
  test.each([{ last: 1 }, { hourly: 1 }])('protected ones do not count: %j', (keep) => {
    expect(removedBy(withProtected, keep)).toEqual(['2019-11-15 10:39']);
  });

  const hours = ['09:39', '10:49', '10:59', '11:39', '11:49', '11:59'].map((time) =>
    at(`2019-11-15 ${time}`),
  );
  test('the newest of each hour', () => {
    const removed = ['10:49', '11:39', '11:49'].map((time) => `2019-11-15 ${time}`);
    expect(removedBy(hours, { hourly: 3 })).toEqual(removed);
    expect(keptBy(hours, { hourly: 2 })).toEqual(['2019-11-15 10:59', '2019-11-15 11:59']);
  });

  const days = [
    '2018-11-15',
    ...['11-15', '11-21', '11-22', '11-29', '12-01', '12-02', '12-03', '12-04'].map((day) => `2019-${day}`),
  ];
  test.each<[KeepOptions, string[]]>([
    [{ daily: 1 }, ['2019-12-04']],
    [{ last: 1, daily: 1 }, ['2019-12-03', '2019-12-04']],
    [{ daily: 1, weekly: 1 }, ['2019-12-01', '2019-12-04']],
    [{ daily: 1, weekly: 1, monthly: 1 }, ['2019-11-22', '2019-12-01', '2019-12-04']],
    [{ monthly: 1, yearly: 1 }, ['2018-11-15', '2019-12-04']],
  ])('each rule looks at periods that none before it has covered: %j', (keep, kept) => {
    const snapshots = days.map((day) => at(`${day} 11:59`));
    expect(keptBy(snapshots, keep)).toEqual(kept.map((day) => `${day} 11:59`));
  });

  const few = ['2019-12-02 11:59', '2019-12-03 11:59', '2019-12-04 11:59', '2019-12-04 12:59'].map((time) =>
    at(time),
  );
  test.each<[KeepOptions, string[]]>([
    [{ last: 2, daily: 2 }, []],
    [{ daily: 3 }, ['2019-12-04 11:59']],
    [{ daily: 2 }, ['2019-12-02 11:59', '2019-12-04 11:59']],
  ])('few snapshots: %j', (keep, removed) => {
    expect(removedBy(few, keep)).toEqual(removed);
  });
  test.each<[KeepOptions]>([
    [{ weekly: 5 }],
    [{ monthly: 6 }],
    [{ yearly: 7 }],
    [{ weekly: 5, monthly: 6, yearly: 7 }],
  ])('one period has one: %j', (keep) => {
    expect(keptBy(few, keep)).toEqual(['2019-12-04 12:59']);
  });
});

describe('no rule', () => {
  test.each<[KeepOptions]>([[{}], [{ last: 0, daily: 0 }]])(
    '%j keeps everything, also unfinished ones',
    (keep) => {
      const snapshots = [
        at('2026-01-01 10:00', { finished: false }),
        at('2026-01-02 10:00'),
        at('2026-01-03 10:00', { protected: true }),
      ];
      const fates = planPrune(snapshots, keep, 'UTC');
      expect(fates.map(({ mark }) => mark)).toEqual(['protected', 'keep', 'keep']);
      expect(fates.map((fate) => verdictWords(fate, fate.snapshot.finished))).toEqual([
        'protected',
        'no rule is set',
        'no rule is set',
      ]);
    },
  );
});

describe('unfinished snapshots', () => {
  const unfinished = { finished: false };
  test('one that is newer than every finished one stays; it counts for no rule', () => {
    const snapshots = [at('2026-01-01 10:00'), at('2026-01-02 10:00'), at('2026-01-03 10:00', unfinished)];
    const fates = planPrune(snapshots, { last: 1 }, 'UTC');
    expect(fates.map(({ mark }) => mark)).toEqual(['unfinished', 'keep', 'remove']);
  });
  test('of several only the newest stays, and none that is older than a finished one', () => {
    const three = [at('2026-01-01 10:00', unfinished), at('2026-01-02 10:00', unfinished)];
    expect(removedBy(three, { last: 3 })).toEqual(['2026-01-01 10:00']);
    const old = [at('2026-01-01 10:00', unfinished), at('2026-01-02 10:00')];
    expect(removedBy(old, { last: 3 })).toEqual(['2026-01-01 10:00']);
  });
  test('a protected one stays even then', () => {
    const old = [at('2026-01-01 10:00', { finished: false, protected: true }), at('2026-01-02 10:00')];
    expect(removedBy(old, { last: 1 })).toEqual([]);
  });
});

describe('reasons', () => {
  test('name the rule and the period; of what goes, the one that a newer snapshot has', () => {
    const times = [
      '2025-06-30 12:00',
      '2026-10-31 12:00',
      '2026-11-20 12:00',
      '2026-11-26 09:00',
      '2026-11-26 12:00',
      '2026-11-27 12:10',
      '2026-11-27 13:20',
      '2026-11-27 13:40',
    ];
    const keep = { last: 1, hourly: 1, daily: 1, weekly: 1, monthly: 1, yearly: 1 };
    const fates = planPrune(
      times.map((time) => at(time)),
      keep,
      'UTC',
    );
    expect(fates.map((fate) => `${textOf(fate.snapshot)} ${fate.mark}: ${verdictWords(fate, true)}`)).toEqual(
      [
        '2026-11-27 13:40 keep: last',
        '2026-11-27 13:20 remove: beyond every rule',
        '2026-11-27 12:10 keep: hourly 2026-11-27 12:00',
        '2026-11-26 12:00 keep: daily 2026-11-26',
        '2026-11-26 09:00 remove: a newer one is kept as daily 2026-11-26',
        '2026-11-20 12:00 keep: weekly 2026-W47',
        '2026-10-31 12:00 keep: monthly 2026-10',
        '2025-06-30 12:00 keep: yearly 2025',
      ],
    );
  });
  test('weeks are those of ISO 8601, also at the turn of a year', () => {
    const week = (time: string) => planPrune([at(time)], { weekly: 1 }, 'UTC')[0]?.period;
    expect(
      ['2026-12-31 12:00', '2027-01-01 12:00', '2027-01-03 23:59', '2027-01-04 00:00'].map(week),
    ).toEqual(['2026-W53', '2026-W53', '2026-W53', '2027-W01']);
    expect(['2024-12-29 12:00', '2024-12-30 12:00', '2019-12-30 12:00'].map(week)).toEqual([
      '2024-W52',
      '2025-W01',
      '2020-W01',
    ]);
  });
});

describe('the zone', () => {
  const evening = [at('2026-11-26 22:30'), at('2026-11-26 23:30')];
  test('decides which day it is', () => {
    expect(split(evening, { daily: 2 }, 'UTC').kept).toEqual(['2026-11-26 23:30']);
    expect(split(evening, { daily: 2 }, 'Europe/Berlin').removed).toEqual([]);
    expect(split(evening, { daily: 2 }, 'America/New_York').kept).toEqual(['2026-11-26 23:30']);
  });
  test('the hour that comes twice when clocks are put back is one', () => {
    const twice = [at('2026-10-25 00:30'), at('2026-10-25 01:30'), at('2026-10-25 02:30')];
    expect(split(twice, { hourly: 9 }, 'Europe/Berlin').removed).toEqual(['2026-10-25 00:30']);
    expect(split(twice, { hourly: 9 }, 'UTC').removed).toEqual([]);
  });
  test('clocks of Boa Vista were moved twice within a week', () => {
    const october = ['08', '09', '14', '15', '16'].map((day) => at(`2000-10-${day} 03:30`));
    const zone = 'America/Boa_Vista';
    expect(split(october, { daily: 9 }, zone).removed).toEqual(['2000-10-14 03:30']);
    // It was half past eleven in the evening before and after, and half past midnight between.
    const days = planPrune(october, { daily: 9 }, zone).map(({ period }) => period?.slice(8));
    expect(days).toEqual(['15', '14', '14', '09', '07']);
  });
  test('half an hour is put back at Lord Howe, in the middle of an hour', () => {
    // 01:30 to 02:00 comes twice, at 14:30 and 15:00 UTC.
    const twice = [at('2026-04-04 14:35'), at('2026-04-04 15:05'), at('2026-04-04 15:35')];
    expect(split(twice, { hourly: 9 }, 'Australia/Lord_Howe').removed).toEqual(['2026-04-04 14:35']);
  });
});

test('a hundred thousand snapshots are planned by all rules at once', () => {
  const start = Date.UTC(1990, 0, 1) / 1000;
  const snapshots = Array.from({ length: 100_000 }, (_, each) => ({
    time: start + each * 10_007,
    finished: true,
    protected: false,
  }));
  const keep = { last: 10, hourly: 1000, daily: 1000, weekly: 1000, monthly: 100, yearly: 10 };
  const fates = planPrune(snapshots, keep, 'Europe/Berlin');
  expect(fates.filter(({ mark }) => mark === 'keep').length).toBeGreaterThan(3000);
});
