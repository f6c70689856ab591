import { wallTime } from './calendar/zone.ts';
import type { DatastoreStatus } from './datastore.ts';
import { countOf, formatDuration } from './units.ts';

/** How a datastore was on one day: what was seen of it, and how its tasks ended. */

export const DAYS_SHOWN = 90;
/** What was recorded is kept for so long. */
export const DAYS_KEPT = 400;

export interface DayFacts {
  /** `2026-11-27`, by the clocks of the server. */
  day: string;
  /** Minutes in which a worker saw it so; 0 for what passed within one. Empty where nobody looked. */
  minutes: Partial<Record<DatastoreStatus, number>>;
  /** The last reason for each status that had one. */
  reasons: Partial<Record<DatastoreStatus, string>>;
  /** Tasks that ended on that day, also those that have been removed since. */
  tasks: number;
  failed: number;
}

/** Worst first. `resting`: maintenance that somebody chose. `none`: nothing is known, which is not the same as good. */
export const DAY_LEVELS = ['offline', 'failures', 'degraded', 'resting', 'online', 'none'] as const;
export type DayLevel = (typeof DAY_LEVELS)[number];

const LEVELS: Record<DatastoreStatus, DayLevel | null> = {
  failed: 'offline',
  offline: 'offline',
  degraded: 'degraded',
  'read-only': 'degraded',
  maintenance: 'resting',
  deleting: 'resting',
  online: 'online',
  // On its way to one of the others.
  probing: null,
};

/** The worst of a day. */
export function dayLevel({ minutes, failed }: Pick<DayFacts, 'minutes' | 'failed'>): DayLevel {
  const seen = new Set((Object.keys(minutes) as DatastoreStatus[]).map((status) => LEVELS[status]));
  if (failed > 0) seen.add('failures');
  return DAY_LEVELS.find((level) => seen.has(level)) ?? 'none';
}

const DAY_MINUTES = 24 * 60;

/** Everything about a day in sentences, without its date: `Offline for 40 min: The mount is gone. 2 of 14 tasks failed.` */
export function dayWords(facts: DayFacts): string {
  const { minutes, tasks, failed } = facts;
  const seen = (Object.keys(LEVELS) as DatastoreStatus[]).filter(
    (status) => LEVELS[status] !== null && minutes[status] !== undefined,
  );
  const watched = Object.values(minutes).reduce((sum, count) => sum + count, 0);
  const parts = [
    seen.length === 0 ? 'Nothing was recorded of its state.' : '',
    ...seen.map((status) => statusWords(status, facts, watched)),
    tasks === 0 ? '' : taskWords(tasks, failed),
  ];
  return parts.filter(Boolean).join(' ');
}

function statusWords(status: DatastoreStatus, { minutes, reasons }: DayFacts, watched: number): string {
  const count = minutes[status] ?? 0;
  const word = `${status.charAt(0).toUpperCase()}${status.slice(1)}`;
  const reason = reasons[status];
  // A few minutes are lost whenever a worker starts anew.
  const isWhole = count === watched && watched >= DAY_MINUTES - 10;
  const time = isWhole
    ? 'all day'
    : `for ${count === 0 ? 'less than a minute' : formatDuration(count * 60_000)}`;
  return reason ? `${word} ${time}: ${reason.replace(/\.?$/, '.')}` : `${word} ${time}.`;
}

function taskWords(tasks: number, failed: number): string {
  if (failed === 0) return `${countOf(tasks, 'task')} ended, none failed.`;
  return `${failed} of ${countOf(tasks, 'task')} failed.`;
}

const DAY_MS = 86_400_000;

/** The day that clocks of the zone show at a moment (ms since 1970): `2026-11-27`. */
export function dayOf(moment: number, zone: string): string {
  return new Date(wallTime(zone, moment)).toISOString().slice(0, 10);
}

/** The last so many days, oldest first, the last one being `today`. */
export function lastDays(today: string, count: number): string[] {
  const end = Date.parse(`${today}T00:00:00Z`);
  return Array.from({ length: count }, (_, index) =>
    new Date(end - (count - 1 - index) * DAY_MS).toISOString().slice(0, 10),
  );
}

/** `Fri 27 Nov 2026` */
export function dayName(day: string): string {
  const [weekday, , date, month, year] =
    /^(\w+)(, )(\d+) (\w+) (\d+)/.exec(new Date(`${day}T00:00:00Z`).toUTCString())?.slice(1) ?? [];
  return `${weekday} ${Number(date)} ${month} ${year}`;
}
