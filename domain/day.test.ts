import { expect, test } from 'vitest';
import { type DayFacts, dayLevel, dayName, dayOf, dayWords, lastDays } from './day.ts';

const day = (more: Partial<DayFacts>): DayFacts => ({
  ...{ day: '2026-11-27', minutes: {}, reasons: {}, tasks: 0, failed: 0 },
  ...more,
});

test('a day is as bad as the worst of it, and one that nobody saw is neither good nor bad', () => {
  expect(dayLevel(day({}))).toBe('none');
  expect(dayLevel(day({ minutes: { probing: 3 } }))).toBe('none');
  expect(dayLevel(day({ minutes: { online: 1440 }, tasks: 9 }))).toBe('online');
  expect(dayLevel(day({ minutes: { online: 1400, maintenance: 40 } }))).toBe('resting');
  expect(dayLevel(day({ minutes: { online: 1440, degraded: 0, maintenance: 5 } }))).toBe('degraded');
  expect(dayLevel(day({ minutes: { online: 1440, degraded: 5 }, failed: 1 }))).toBe('failures');
  expect(dayLevel(day({ minutes: { online: 1439, offline: 1 }, failed: 1 }))).toBe('offline');
  expect(dayLevel(day({ failed: 1 }))).toBe('failures');
});

test('a day in words, worst first, with why and for how long', () => {
  const facts = day({
    minutes: { online: 1380, offline: 40, degraded: 0 },
    reasons: { offline: 'The mount is gone.', degraded: 'Missed a probe' },
    ...{ tasks: 14, failed: 2 },
  });
  expect(dayWords(facts).replaceAll('\u00a0', ' ')).toBe(
    'Offline for 40 min: The mount is gone. Degraded for less than a minute: Missed a probe. Online for 23 h. ' +
      '2 of 14 tasks failed.',
  );
  expect(dayWords(day({ minutes: { online: 1438 } }))).toBe('Online all day.');
  expect(dayWords(day({ tasks: 1 }))).toBe(
    'Nothing was recorded of its state. 1\u00a0task ended, none failed.'.replace('\u00a0', ' '),
  );
});

test('days begin at midnight of the zone, also across a change of the year', () => {
  const late = Date.UTC(2026, 11, 31, 23, 30);
  expect([dayOf(late, 'UTC'), dayOf(late, 'Europe/Berlin')]).toEqual(['2026-12-31', '2027-01-01']);
  expect(lastDays('2027-01-01', 3)).toEqual(['2026-12-30', '2026-12-31', '2027-01-01']);
  expect(dayName('2026-11-27')).toBe('Fri 27 Nov 2026');
  expect(dayName('2026-03-01')).toBe('Sun 1 Mar 2026');
});
