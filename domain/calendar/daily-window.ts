import { ok, type Result, refuse } from '../result.ts';
import { WEEKDAY_RULE, WEEKDAYS } from './calendar-event.ts';
import { type Field, fieldOf, runsOf } from './field.ts';
import { wallTime } from './zone.ts';

/**
 * Part of each day in which something may start, as PBS writes it (`[days] H[:MM]-H[:MM]`), half open: its end is no
 * longer in it. Beyond PBS it may go over midnight, and then belongs to the day on which it begins.
 */
export interface DailyWindow {
  /** 0 is Monday; null for every day. */
  weekdays: Field;
  /** Minutes since midnight; `to` may be 1440, and is the smaller one over midnight. */
  from: number;
  to: number;
}

const DAY_MINUTES = 24 * 60;
const DAYS_PER_WEEK = 7;
const FORM = /^(?:([a-z.,]+)\s+)?(\d{1,2})(?::(\d\d))?\s*-\s*(\d{1,2})(?::(\d\d))?$/i;
const HINT = 'Examples: 22:00-06:00, mon..fri 20-24, sat,sun 8:30-18:00.';

/** INPUT_INVALID for what is no window. */
export function parseDailyWindow(text: string, field = 'window'): Result<DailyWindow> {
  const fail = (message: string) => refuse('INPUT_INVALID', message, { field, hint: HINT });
  const found = FORM.exec(text.trim());
  if (!found) return fail('A window is two times of the day, with days before them or none.');
  const [, days, fromHour, fromMinute, toHour, toMinute] = found;
  const [from, to] = [minutesOf(fromHour, fromMinute), minutesOf(toHour, toMinute)];
  if (from === null || to === null || from === DAY_MINUTES) return fail('A time goes from 0:00 to 24:00.');
  if (from === to) return fail('The window begins where it ends: nothing is in it.');
  const weekdays = days === undefined ? null : readDays(days);
  if (weekdays === undefined) return fail(`${JSON.stringify(days)} is no list of weekdays.`);
  return ok({ weekdays, from, to });
}

function minutesOf(hour = '0', minute = '0'): number | null {
  const minutes = Number(hour) * 60 + Number(minute);
  return Number(minute) < 60 && minutes <= DAY_MINUTES ? minutes : null;
}

/** Undefined when a word is no weekday. */
function readDays(text: string): Field | undefined {
  const days: number[] = [];
  for (const part of text.split(',')) {
    const [first = '', last = first, more] = part.split('..');
    const [from, to] = [weekdayOf(first), weekdayOf(last)];
    if (from < 0 || to < 0 || more !== undefined) return undefined;
    for (let day = from; ; day = (day + 1) % DAYS_PER_WEEK) {
      days.push(day);
      if (day === to) break;
    }
  }
  return fieldOf(days, WEEKDAY_RULE);
}

function weekdayOf(word: string): number {
  const lower = word.toLowerCase();
  return WEEKDAYS.findIndex((day) => day === lower || day.slice(0, 3) === lower);
}

/** The one spelling of a window: `22:00-06:00`, `mon..fri 20:00-24:00`. */
export function formatDailyWindow({ weekdays, from, to }: DailyWindow): string {
  const short = (day: number) => (WEEKDAYS[day] ?? '').slice(0, 3);
  const runs = weekdays === null ? [] : runsOf(weekdays);
  const days = runs.map(([first, last]) =>
    first === last ? short(first) : `${short(first)}..${short(last)}`,
  );
  return [days.join(','), `${timeText(from)}-${timeText(to)}`].filter(Boolean).join(' ');
}

/** Whether clocks of the zone show a time in it at a moment (ms since 1970). */
export function isInWindow(window: DailyWindow, moment: number, zone: string): boolean {
  const shown = new Date(wallTime(zone, moment));
  const minute = shown.getUTCHours() * 60 + shown.getUTCMinutes();
  const today = (shown.getUTCDay() + 6) % DAYS_PER_WEEK;
  const yesterday = (today + 6) % DAYS_PER_WEEK;
  const { weekdays, from, to } = window;
  const isOn = (day: number) => weekdays === null || weekdays.includes(day);
  if (from < to) return isOn(today) && from <= minute && minute < to;
  return (isOn(today) && from <= minute) || (isOn(yesterday) && minute < to);
}

const MINUTE = 60_000;
/** Whole days in a row are found to end, too. */
const LOOKED_MS = 8 * 24 * 60 * MINUTE;

/** The first full minute after a moment that is not in it (ms since 1970); null when it goes on for more than a week. */
export function windowEnd(window: DailyWindow, moment: number, zone: string): number | null {
  const first = (Math.floor(moment / MINUTE) + 1) * MINUTE;
  for (let at = first; at <= moment + LOOKED_MS; at += MINUTE) if (!isInWindow(window, at, zone)) return at;
  return null;
}

function timeText(minutes: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
