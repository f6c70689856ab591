import { expect, test } from 'vitest';
import type { NamespacePath } from './ids.ts';
import type { JobSettings } from './job.ts';
import { KEEP_LINTS, lintKeep, lintPruneJob, usualIntervalSeconds } from './lint-keep.ts';
import type { KeepOptions } from './retention.ts';

const DAY = 86_400;
const names = (keep: KeepOptions, intervalSeconds?: number) =>
  lintKeep(keep, { intervalSeconds }).map(({ name }) => name);

test.each<[string[], KeepOptions]>([
  [['nothing-set'], {}],
  [['nothing-set'], { last: 0, daily: 0 }],
  [['single-snapshot'], { last: 1 }],
  [['single-snapshot'], { yearly: 1 }],
  [['last-only'], { last: 30 }],
  [['short-memory'], { hourly: 24 }],
  [['short-memory'], { last: 2, hourly: 24 }],
  [['short-memory'], { daily: 5 }],
  [['gap'], { hourly: 12, weekly: 4 }],
  [['gap'], { monthly: 6 }],
  [['gap'], { daily: 7, yearly: 3 }],
  [['gap', 'gap'], { monthly: 1, yearly: 7 }],
  [['adds-up'], { daily: 30, weekly: 4 }],
  [['adds-up'], { daily: 14, weekly: 2, monthly: 6 }],
])('%j is said of %j', (expected, keep) => {
  expect(names(keep)).toEqual(expected);
});

test.each<KeepOptions>([
  { daily: 7, weekly: 4, monthly: 12, yearly: 3 },
  { daily: 7, monthly: 12 },
  { last: 3, daily: 13, weekly: 8, monthly: 11, yearly: 9 },
  { hourly: 24, daily: 7, weekly: 4 },
  { daily: 14 },
  { last: 7, weekly: 4 },
])('%j is a policy of which there is nothing to say', (keep) => {
  expect(names(keep)).toEqual([]);
});

test('rules count periods with a backup, which is said where backups are rarer', () => {
  expect(names({ hourly: 24, daily: 7 }, DAY)).toEqual(['rarer-backups']);
  expect(names({ hourly: 24, daily: 7 }, 3600)).toEqual([]);
  expect(names({ daily: 7, weekly: 4 }, 7 * DAY)).toEqual(['rarer-backups']);
  const [warning] = lintKeep({ hourly: 24, daily: 7 }, { intervalSeconds: DAY });
  expect(warning?.words.replaceAll('\u00a0', ' ')).toBe(
    'keep-hourly 24 keeps 24 snapshots, not 24 hours: backups are made only about every 24 hours, so they reach back about 24 days.',
  );
});

test('every warning is a whole sentence that names what is meant', () => {
  const policies: KeepOptions[] = [
    {},
    { last: 1 },
    { last: 9 },
    { daily: 2 },
    { monthly: 6 },
    { daily: 30, weekly: 2 },
  ];
  const found = [
    ...policies.flatMap((keep) => lintKeep(keep)),
    ...lintKeep({ hourly: 99, daily: 7 }, { intervalSeconds: DAY }),
    ...lintPruneJob(pruning('web', 'production'), [pruning('', '')]),
  ];
  expect([...new Set(found.map(({ name }) => name))].sort()).toEqual([...KEEP_LINTS].sort());
  for (const { words } of found) expect(words).toMatch(/^[A-Zk].*\.$/);
  const [gap] = lintKeep({ daily: 7, yearly: 3 });
  expect(gap?.words).toBe(
    'keep-yearly 3 follows too little that is finer: behind the newest snapshots, the next one may be a year older. Add keep-monthly.',
  );
});

test('the usual interval is a median, so that a holiday or a backup by hand does not count', () => {
  const daily = [0, 1, 2, 3, 10, 11, 11.01, 12].map((day) => day * DAY);
  expect(usualIntervalSeconds([daily])).toBe(DAY);
  expect(
    usualIntervalSeconds([daily.toReversed(), [0, 7 * DAY, 14 * DAY], [0, 1, 2].map((day) => day * DAY)]),
  ).toBe(DAY);
  expect(usualIntervalSeconds([[], [1], [1, DAY]])).toBe(undefined);
});

function pruning(name: string, namespace: string, depth: number | null = null): JobSettings {
  const options = { keep: { daily: 7 }, namespace: namespace as NamespacePath, depth };
  return { kind: 'prune', name, schedule: 'daily', window: null, options };
}

test('two prune jobs that meet in a namespace say so, where they meet and by name', () => {
  const twice = (job: JobSettings, ...others: JobSettings[]) =>
    lintPruneJob(job, [job, ...others])
      .filter(({ name }) => name === 'covered-twice')
      .map(({ words }) => words);
  const [all, web] = [pruning('', ''), pruning('web', 'production/web')];
  expect(twice(web, all)).toEqual([
    'This job and the default one both prune production/web: a snapshot stays there only while both keep it.',
  ]);
  expect(twice(all, web)).toEqual([
    'This job and web both prune production/web: a snapshot stays there only while both keep it.',
  ]);
  expect(twice(pruning('a', ''), all)[0]).toMatch(
    /^This job and the default one both prune the whole datastore: /,
  );
  expect(twice(web, pruning('', '', 1), pruning('b', 'production/db'), pruning('c', 'prod'))).toEqual([]);
  expect(twice(web, pruning('', '', 2))).toHaveLength(1);
  const silent = { ...all, schedule: null };
  const keepsAll = { ...all, options: { ...all.options, keep: {} } };
  expect([...twice(web, silent, keepsAll), ...twice(silent, web), ...twice(keepsAll, web)]).toEqual([]);
});
