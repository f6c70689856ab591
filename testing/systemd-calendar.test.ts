import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { nextEvents } from '#domain/calendar/next-event.ts';
import { parseCalendarEvent } from '#domain/calendar/parse-event.ts';
import { must } from '#domain/result.ts';

/**
 * The same expressions to us and to `systemd-analyze calendar`, wherever both grammars know them: no single
 * number, no wrap over Sunday, no keyword with a time. Where clocks are moved systemd has other rules, so zones
 * that move them are asked from spring to autumn.
 */
const EXPRESSIONS = 2000;
const ITERATIONS = 4;
const IN_ONE_CALL = 250;
const seed = Number(process.env.IBS_TEST_SEED ?? 20_261_126);
const missing = spawnSync('systemd-analyze', ['calendar', 'daily']).status !== 0;

describe.skipIf(missing)(`calendar events beside systemd-analyze (seed ${seed})`, () => {
  it.each([
    { zone: 'UTC', base: '2026-02-27 23:59:30', until: '2199-12-31' },
    { zone: 'Asia/Kathmandu', base: '2027-12-31 21:14:59', until: '2199-12-31' },
    { zone: 'America/New_York', base: '2026-04-01 00:00:00', until: '2026-10-30' },
  ])('agree on what is due in $zone', ({ zone, base, until }) => {
    const random = randomOf(seed);
    const expressions = Array.from({ length: EXPRESSIONS }, () => expression(random));
    const theirs = askSystemd(expressions, zone, base);
    const last = Date.parse(`${until}T00:00:00Z`);
    const different = [...theirs.events].flatMap(([text, events]) => {
      const found = nextEvents(must(parseCalendarEvent(text)), theirs.base, zone, ITERATIONS);
      const [ours, other] = [found, events].map((moments) => moments.filter((moment) => moment < last));
      return JSON.stringify(ours) === JSON.stringify(other) ? [] : [{ text, ours, other }];
    });
    expect(different.slice(0, 3)).toEqual([]);
    const due = [...theirs.events.values()].filter((moments) => moments.length > 0);
    expect(due.length).toBeGreaterThan(EXPRESSIONS / 2);
  });
});

/** Each expression begins with itself, and with only its normal form where that is the same. */
const BLOCK = /\n\s*(?=Original form:)|(?<!Original form:.*)\n\s*(?=Normalized form:)/;

const IN_UTC = /\(in UTC\): \w+ (\S+ \S+) UTC/g;
const IN_ZONE = /(?:Next elapse|Iter\. #\d+): \w+ (\S+ \S+) UTC/g;

/** What is due after `base` in ms since 1970, for each expression that systemd takes: it refuses a few more. */
function askSystemd(expressions: readonly string[], zone: string, base: string) {
  const events = new Map<string, number[]>();
  const env = { ...process.env, TZ: zone, LC_ALL: 'C' };
  for (let from = 0; from < expressions.length; from += IN_ONE_CALL) {
    const some = expressions.slice(from, from + IN_ONE_CALL);
    const words = ['calendar', `--iterations=${ITERATIONS}`, `--base-time=${base}`, ...some];
    const { stdout, stderr } = spawnSync('systemd-analyze', words, { env, encoding: 'utf8' });
    for (const block of stdout.split(BLOCK)) {
      const text = /^\s*(?:Original|Normalized) form: (.*)/.exec(block)?.[1];
      if (text === undefined || stderr.includes(`'${text}'`)) continue;
      const found = [...block.matchAll(zone === 'UTC' ? IN_ZONE : IN_UTC)];
      events.set(
        text,
        found.map(([, time = '']) => Date.parse(`${time.replace(' ', 'T')}Z`)),
      );
    }
  }
  const shown = execFileSync('date', ['-d', base, '+%s'], { env, encoding: 'utf8' });
  return { base: Number(shown) * 1000, events };
}

type Random = (below: number) => number;

/** A small generator (mulberry32), so that a seed is enough to see a failure again. */
function randomOf(start: number): Random {
  let state = start >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const DAYS = ['Mon', 'tue', 'Wednesday', 'THU', 'fri', 'Saturday', 'sun'];

function expression(random: Random): string {
  const parts = [
    random(2) === 0 ? weekdays(random) : '',
    random(2) === 0 ? date(random) : '',
    random(3) > 0 ? time(random) : '',
  ].filter((part) => part !== '');
  if (parts.length > 0) return parts.join(' ');
  const words = ['daily', 'weekly', 'monthly', 'quarterly', 'semiannually', 'yearly', 'hourly', 'minutely'];
  return words[random(words.length)] ?? 'daily';
}

function weekdays(random: Random): string {
  return many(random, () => {
    const from = random(7);
    const to = from + random(7 - from);
    return to === from ? `${DAYS[from]}` : `${DAYS[from]}..${DAYS[to]}`;
  });
}

function date(random: Random): string {
  const year = random(3) === 0 ? `${field(random, 2026, 2199, { spread: 40 })}-` : ['', '*-'][random(2)];
  const month = field(random, 1, 12);
  return `${year}${month}${random(4) === 0 ? `~${field(random, 1, 28, { fromEnd: true })}` : `-${field(random, 1, 31)}`}`;
}

function time(random: Random): string {
  const hours = `${field(random, 0, 23)}:${field(random, 0, 59)}`;
  return random(3) === 0 ? `${hours}:${field(random, 0, 59)}` : hours;
}

/**
 * systemd refuses a range of one value, and with an open step that does not divide its field evenly, or stands in a
 * list, it leaves out values after a carry (252: `*:15/37,5` asked at 23:59:30 begins with 00:52).
 */
function field(
  random: Random,
  from: number,
  to: number,
  { spread = to - from, fromEnd = false } = {},
): string {
  if (random(4) === 0) return '*';
  const step = evenStep(random, to - from + 1);
  if (random(4) === 0 && !fromEnd && step !== null) return `${from + random(step)}/${step}`;
  return many(random, () => {
    const first = from + random(Math.min(spread, to - from) + 1);
    const last = first + 1 + random(Math.max(1, to - first - 1));
    const forms = [`${first}`];
    if (last <= to) forms.push(`${first}..${last}`, `${first}..${last}/${1 + random(last - first)}`);
    if (fromEnd && first > from) forms.push(`${first}/1`);
    return forms[random(forms.length)] ?? '';
  });
}

/** A step that divides so many values evenly; null where none does, as with the days of a month. */
function evenStep(random: Random, count: number): number | null {
  const steps = [2, 3, 4, 5, 6, 12, 15, 30].filter((step) => count % step === 0);
  return count < 12 || count > 60 ? null : (steps[random(steps.length)] ?? null);
}

function many(random: Random, one: () => string): string {
  return Array.from({ length: 1 + random(2) * random(3) }, one).join(',');
}
