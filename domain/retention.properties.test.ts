import { describe, expect, test } from 'vitest';
import {
  type Fate,
  KEEP_RULES,
  type KeepOptions,
  type KeepRule,
  planPrune,
  type RetentionSnapshot,
  rulesOf,
} from './retention.ts';

/** What holds for every group and every policy, tried on many; the seed is in the name and `IBS_TEST_SEED` sets it. */

const CASES = 300;
const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe'];
const seed = Number(process.env.IBS_TEST_SEED ?? 20_261_127);

interface Case {
  zone: string;
  keep: KeepOptions;
  snapshots: RetentionSnapshot[];
}

function randomOf(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function cases(): Case[] {
  const random = randomOf(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  return Array.from({ length: CASES }, () => {
    // From a few minutes to a few weeks between two backups.
    const spread = 10 ** (2.5 + random() * 4);
    let time = Date.UTC(2015 + below(12), below(12), 1 + below(28), below(24)) / 1000;
    const snapshots = Array.from({ length: 1 + below(80) }, () => {
      time += 1 + Math.floor(random() * 2 * spread);
      return { time, finished: random() > 0.08, protected: random() < 0.08 };
    });
    const keep = Object.fromEntries(
      KEEP_RULES.filter(() => random() < 0.45).map((rule) => [rule, below(2) + below(9)]),
    );
    return { zone: ZONES[below(ZONES.length)] ?? 'UTC', keep, snapshots };
  });
}

const all = cases();
const withRules = all.filter(({ keep }) => rulesOf(keep).length > 0);
const planOf = ({ snapshots, keep, zone }: Case) => planPrune(snapshots, keep, zone);
const kept = (fates: Fate<RetentionSnapshot>[]) => fates.filter(({ mark }) => mark !== 'remove');
const timesOf = (fates: Fate<RetentionSnapshot>[]) => fates.map(({ snapshot }) => snapshot.time);

describe(`properties of the selection (seed ${seed})`, () => {
  test('the cases are worth it: with and without rules, many that remove and many that keep', () => {
    expect(all.length - withRules.length).toBeGreaterThan(3);
    expect(
      withRules.filter((each) => kept(planOf(each)).length < each.snapshots.length).length,
    ).toBeGreaterThan(CASES / 2);
    expect(withRules.filter((each) => kept(planOf(each)).length > 10).length).toBeGreaterThan(CASES / 10);
  });

  test.each(ZONES)('agrees with the algorithm as the format page writes it, in %s', (zone) => {
    const here = all.filter((each) => each.zone === zone);
    const different = here.filter(
      (each) => JSON.stringify(planOf(each).map(({ mark }) => mark)) !== JSON.stringify(writtenDown(each)),
    );
    expect(here.length).toBeGreaterThan(20);
    expect(different).toEqual([]);
  });

  test('each snapshot has one fate, newest first, in whatever order they come', () => {
    for (const each of all) {
      const fates = planOf(each);
      expect(timesOf(fates)).toEqual(each.snapshots.map(({ time }) => time).reverse());
      expect(planOf({ ...each, snapshots: [...each.snapshots].reverse() })).toEqual(fates);
    }
  });

  test('what is protected never goes, and is never counted', () => {
    for (const each of all) {
      const fates = planOf(each);
      for (const { snapshot, mark } of fates) expect(mark === 'protected').toBe(snapshot.protected);
      for (const { rule, count } of rulesOf(each.keep)) {
        expect(fates.filter((fate) => fate.mark === 'keep' && fate.rule === rule).length).toBeLessThanOrEqual(
          count,
        );
      }
    }
  });

  test('the newest finished one never goes, nor the newest of all', () => {
    for (const each of all) {
      const fates = planOf(each);
      expect(fates.find(({ snapshot }) => snapshot.finished)?.mark).not.toBe('remove');
      expect(fates[0]?.mark).not.toBe('remove');
    }
  });

  test('planning again after the removal removes nothing, and the reasons stay', () => {
    for (const each of all) {
      const first = kept(planOf(each));
      const again = planOf({ ...each, snapshots: first.map(({ snapshot }) => snapshot) });
      expect(again).toEqual(first);
    }
  });

  test('a removal that ends half-way, oldest first, ends at the same when it is taken up again', () => {
    for (const each of withRules) {
      const fates = planOf(each);
      const going = timesOf(fates.filter(({ mark }) => mark === 'remove')).reverse();
      const gone = new Set(going.slice(0, Math.ceil(going.length / 2)));
      const rest = each.snapshots.filter(({ time }) => !gone.has(time));
      expect(timesOf(kept(planOf({ ...each, snapshots: rest })))).toEqual(timesOf(kept(fates)));
    }
  });

  test('without a rule nothing goes, and a single rule with a larger number keeps no less', () => {
    for (const each of all) {
      expect(kept(planOf({ ...each, keep: {} }))).toHaveLength(each.snapshots.length);
      for (const rule of KEEP_RULES) {
        const [few, more] = [2, 5].map((count) =>
          timesOf(kept(planOf({ ...each, keep: { [rule]: count } }))),
        );
        expect(few?.filter((time) => !more?.includes(time))).toEqual([]);
      }
    }
  });
});

/** Section 13 of the format, word by word: ids as text of the local time, marks by snapshot. */
function writtenDown({ snapshots, keep, zone }: Case): string[] {
  const sorted = [...snapshots].sort((a, b) => b.time - a.time);
  const mark = new Map<number, string>();
  let keepUnfinished = true;
  for (const { time, finished } of sorted) {
    if (!finished) mark.set(time, keepUnfinished ? 'unfinished' : 'remove');
    keepUnfinished = false;
  }
  const rules = KEEP_RULES.flatMap((rule) => (keep[rule] ? [{ rule, count: keep[rule] }] : []));
  for (const { rule, count } of rules) {
    const id = (time: number) => idText(rule, time, zone);
    const already = new Set(
      sorted.filter(({ time }) => mark.get(time) === 'keep').map(({ time }) => id(time)),
    );
    const seen = new Set<string>();
    for (const snapshot of sorted) {
      const { time } = snapshot;
      if (mark.has(time)) continue;
      if (snapshot.protected) {
        mark.set(time, 'protected');
        continue;
      }
      if (already.has(id(time))) continue;
      if (seen.has(id(time))) mark.set(time, 'remove');
      else if (seen.size >= count) break;
      else {
        seen.add(id(time));
        mark.set(time, 'keep');
      }
    }
  }
  return sorted.map((snapshot) => {
    if (snapshot.protected) return 'protected';
    return rules.length === 0 ? 'keep' : (mark.get(snapshot.time) ?? 'remove');
  });
}

/** `2026-11-27 13` as clocks in the zone show it, from the library of the language itself. */
function idText(rule: KeepRule, seconds: number, zone: string): string {
  const shown = new Date(seconds * 1000).toLocaleString('sv-SE', { timeZone: zone });
  const lengths = { last: 19, hourly: 13, daily: 10, weekly: 0, monthly: 7, yearly: 4 };
  if (rule === 'last') return String(seconds);
  return rule === 'weekly' ? isoWeek(shown.slice(0, 10)) : shown.slice(0, lengths[rule]);
}

function isoWeek(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7) + 3);
  const thursday = date.getTime();
  const fourth = new Date(Date.UTC(date.getUTCFullYear(), 0, 4));
  const week =
    1 +
    Math.round((thursday - fourth.getTime()) / 86_400_000 / 7 - 3 / 7 + ((fourth.getUTCDay() + 6) % 7) / 7);
  return `${date.getUTCFullYear()}/${week}`;
}
