import { describe, expect, test } from 'vitest';
import { must } from '../result.ts';
import { formatDailyWindow, isInWindow, parseDailyWindow } from './daily-window.ts';

describe('a window', () => {
  test.each([
    ['22-6', '22:00-06:00'],
    ['22:00-06:00', '22:00-06:00'],
    [' 8:30 - 18 ', '08:30-18:00'],
    ['0-24', '00:00-24:00'],
    ['Mon..Fri 20-24', 'mon..fri 20:00-24:00'],
    ['saturday,sun 8-9:15', 'sat,sun 08:00-09:15'],
    ['fri..mon 1-2', 'mon,fri..sun 01:00-02:00'],
    ['mon..sun 1-2', '01:00-02:00'],
  ])('%j is read as %j, which is read as the same', (text, canonical) => {
    const window = must(parseDailyWindow(text));
    expect(formatDailyWindow(window)).toBe(canonical);
    expect(must(parseDailyWindow(canonical))).toEqual(window);
  });

  test.each([
    ['', 'A window is two times of the day, with days before them or none.'],
    ['22:00', 'A window is two times of the day, with days before them or none.'],
    ['22:00-25:00', 'A time goes from 0:00 to 24:00.'],
    ['22:60-23:00', 'A time goes from 0:00 to 24:00.'],
    ['24:00-3:00', 'A time goes from 0:00 to 24:00.'],
    ['24:01-3:00', 'A time goes from 0:00 to 24:00.'],
    ['5-5:00', 'The window begins where it ends: nothing is in it.'],
    ['foo 1-2', '"foo" is no list of weekdays.'],
    ['mon..tue..wed 1-2', '"mon..tue..wed" is no list of weekdays.'],
  ])('%j is refused: %s', (text, message) => {
    expect(parseDailyWindow(text)).toMatchObject({ ok: false, problem: { code: 'INPUT_INVALID', message } });
  });

  // 27 November 2026 is a Friday.
  test.each([
    ['22-6', '2026-11-27 21:59', false],
    ['22-6', '2026-11-27 22:00', true],
    ['22-6', '2026-11-28 05:59', true],
    ['22-6', '2026-11-28 06:00', false],
    ['8-18', '2026-11-27 18:00', false],
    ['8-18', '2026-11-27 17:59', true],
    ['20-24', '2026-11-27 23:59', true],
    ['20-24', '2026-11-28 00:00', false],
    ['mon..fri 8-18', '2026-11-28 12:00', false],
    ['fri 22-6', '2026-11-28 03:00', true],
    ['fri 22-6', '2026-11-27 03:00', false],
    ['sat 22-6', '2026-11-28 03:00', false],
    ['sun 22-6', '2026-11-30 03:00', true],
  ])('%s at %s: %j, by the clocks of the zone', (text, at, expected) => {
    const window = must(parseDailyWindow(text));
    expect(isInWindow(window, Date.parse(`${at.replace(' ', 'T')}Z`), 'UTC')).toBe(expected);
    expect(isInWindow(window, Date.parse(`${at.replace(' ', 'T')}+01:00`), 'Europe/Berlin')).toBe(expected);
  });
});
