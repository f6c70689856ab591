import type { CalendarEvent } from './calendar-event.ts';
import { atLeast, FIELDS } from './field.ts';
import { type WallTime, wallTime, zoneOffset } from './zone.ts';

const SECOND = 1000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** No zone moves its clocks by more than this at once, nor twice within it. */
const SHIFT_MAX = 3 * HOUR;

/**
 * The first time after `after` (both in ms since 1970) at which the event is due, in the zone that it names or
 * else in `zone`; null for never.
 *
 * When clocks are put forward, a time that they leave out is due as much later as they were moved: a nightly
 * job is not lost. When they are put back, a time that comes twice is due once, the first time; but an event
 * that is due in every hour is due in both of these hours.
 */
export function nextEvent(event: CalendarEvent, after: number, zone: string): number | null {
  const place = event.zone ?? zone;
  const from = Math.floor(after / SECOND) * SECOND;
  // Near a moment at which clocks are moved, earlier times on the wall may be later ones in truth.
  const start = wallTime(place, from) - (movesNear(place, from) ? SHIFT_MAX : 0);
  let wall = nextWallTime(event, start);
  let best: number | null = null;
  while (wall !== null) {
    for (const moment of momentsOf(event, place, wall)) {
      if (moment > from && (best === null || moment < best)) best = moment;
    }
    // And later ones on the wall may be earlier in truth.
    if (best !== null && (!movesNear(place, best) || wall - wallTime(place, best) > SHIFT_MAX)) return best;
    wall = nextWallTime(event, wall);
  }
  return best;
}

/** The next so many times. */
export function nextEvents(event: CalendarEvent, after: number, zone: string, count: number): number[] {
  const found: number[] = [];
  for (let moment = nextEvent(event, after, zone); moment !== null; moment = nextEvent(event, moment, zone)) {
    found.push(moment);
    if (found.length === count) break;
  }
  return found;
}

function movesNear(zone: string, moment: number): boolean {
  return zoneOffset(zone, moment - SHIFT_MAX) !== zoneOffset(zone, moment + SHIFT_MAX);
}

/** When clocks show a wall time at which the event is due. */
function momentsOf(event: CalendarEvent, zone: string, wall: WallTime): number[] {
  const before = zoneOffset(zone, wall - DAY);
  const offsets = [...new Set([before, zoneOffset(zone, wall + DAY)])];
  const shown = offsets
    .map((offset) => wall - offset)
    .filter((moment) => wallTime(zone, moment) === wall)
    .sort((a, b) => a - b);
  if (event.hours === null) return shown;
  return shown.length > 0 ? shown.slice(0, 1) : [wall - before];
}

/** The first wall time after `after` at which all fields match; null when no year has one. */
function nextWallTime(event: CalendarEvent, after: WallTime): WallTime | null {
  const start = after + SECOND;
  const today = Math.floor(start / DAY) * DAY;
  const inDay = isDueOn(event, today) ? nextInDay(event, start - today) : null;
  if (inDay !== null) return today + inDay;
  const day = nextDay(event, today + DAY);
  if (day === null) return null;
  const first = nextInDay(event, 0);
  return first === null ? null : day + first;
}

/** Milliseconds of a day at which the event is due, at least `from`. */
function nextInDay({ hours, minutes, seconds }: CalendarEvent, from: number): number | null {
  let [hour, minute, second] = [
    Math.floor(from / HOUR),
    Math.floor(from / 60_000) % 60,
    (from / SECOND) % 60,
  ];
  for (;;) {
    const nextHour = atLeast(hours, hour, FIELDS.hour);
    if (nextHour === null) return null;
    if (nextHour > hour) [minute, second] = [0, 0];
    const nextMinute = atLeast(minutes, minute, FIELDS.minute);
    if (nextMinute === null) {
      [hour, minute, second] = [nextHour + 1, 0, 0];
      continue;
    }
    if (nextMinute > minute) second = 0;
    const nextSecond = atLeast(seconds, second, FIELDS.second);
    if (nextSecond !== null) return ((nextHour * 60 + nextMinute) * 60 + nextSecond) * SECOND;
    [hour, minute, second] = [nextHour, nextMinute + 1, 0];
  }
}

/** The first day (as wall time of its midnight) from `from` on. */
function nextDay(event: CalendarEvent, from: WallTime): WallTime | null {
  let day = from;
  for (;;) {
    const date = new Date(day);
    const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + 1];
    const nextYear = atLeast(event.years, Math.max(year, FIELDS.year.from), FIELDS.year);
    if (nextYear === null) return null;
    const nextMonth = atLeast(event.months, nextYear > year ? 1 : month, FIELDS.month);
    if (nextMonth === null) {
      day = Date.UTC(nextYear + 1, 0, 1);
    } else if (nextYear > year || nextMonth > month) {
      day = Date.UTC(nextYear, nextMonth - 1, 1);
      if (isDueOn(event, day)) return day;
      day += DAY;
    } else {
      if (isDueOn(event, day)) return day;
      day += DAY;
    }
  }
}

function isDueOn({ years, months, days, fromEnd, weekdays }: CalendarEvent, day: WallTime): boolean {
  const date = new Date(day);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  const lengthDays = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const ofMonth = fromEnd ? lengthDays - date.getUTCDate() + 1 : date.getUTCDate();
  return (
    (years?.includes(year) ?? (year >= FIELDS.year.from && year <= FIELDS.year.to)) &&
    (months?.includes(month + 1) ?? true) &&
    (days?.includes(ofMonth) ?? true) &&
    (weekdays?.includes((date.getUTCDay() + 6) % 7) ?? true)
  );
}
