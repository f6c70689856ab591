import { z } from 'zod';
import { type CalendarEvent, formatCalendarEvent } from './calendar/calendar-event.ts';
import { formatDailyWindow, parseDailyWindow } from './calendar/daily-window.ts';
import { calendarEventWords } from './calendar/event-words.ts';
import { nextEvents } from './calendar/next-event.ts';
import { parseCalendarEvent } from './calendar/parse-event.ts';
import { wallTime } from './calendar/zone.ts';
import { BudgetBytes, GraceMinutes, OutdatedAfterDays, StopPercent } from './job-fields.ts';
import { ok, type Result } from './result.ts';
import { KEEP_MAX, KEEP_RULES, type KeepOptions } from './retention.ts';
import { schemaOf } from './schema.ts';

/** Schedules as they are asked for and as they are told; when something is due is worked out in `calendar/`. */

/** What stands for "by hand only", besides nothing. */
export const BY_HAND = 'none';

/** Other invisible characters than spaces mean neither. */
const IS_BY_HAND = new RegExp(`^ *(${BY_HAND})? *$`, 'i');

/** A schedule in its one spelling; null for by hand only. SCHEDULE_INVALID says where it cannot be read. */
export function parseSchedule(text: string, field = 'schedule'): Result<string | null> {
  if (IS_BY_HAND.test(text)) return ok(null);
  const event = parseCalendarEvent(text, field);
  return event.ok ? ok(formatCalendarEvent(event.value)) : event;
}

/** A run window in its one spelling; null for none. */
export function parseWindow(text: string, field = 'window'): Result<string | null> {
  if (IS_BY_HAND.test(text)) return ok(null);
  const window = parseDailyWindow(text, field);
  return window.ok ? ok(formatDailyWindow(window.value)) : window;
}

export const ScheduleInput = schemaOf((text) => parseSchedule(text)).nullable();
export const WindowInput = schemaOf((text) => parseWindow(text)).nullable();

const count = z.number().int().min(0).max(KEEP_MAX).optional();

/** Keep rules to change; 0 takes one away, and what is left out stays. */
export const KeepChange = z.strictObject({
  last: count,
  hourly: count,
  daily: count,
  weekly: count,
  monthly: count,
  yearly: count,
});
export type KeepChange = z.infer<typeof KeepChange>;

export function changedKeep(keep: KeepOptions, change: KeepChange): KeepOptions {
  const all = { ...keep, ...Object.fromEntries(Object.entries(change).filter(([, to]) => to !== undefined)) };
  return Object.fromEntries(KEEP_RULES.flatMap((rule) => (all[rule] ? [[rule, all[rule]]] : [])));
}

/** What is asked of schedules together with a datastore. Left out: the default when it is made, else no change. */
export const SCHEDULE_FIELDS = {
  gcSchedule: ScheduleInput.optional(),
  gcWindow: WindowInput.optional(),
  gcGraceMinutes: GraceMinutes.optional(),
  gcStopPercent: StopPercent.optional(),
  verifySchedule: ScheduleInput.optional(),
  verifyWindow: WindowInput.optional(),
  verifyOutdatedAfterDays: OutdatedAfterDays.optional(),
  verifyBudgetBytes: BudgetBytes.optional(),
  drillSchedule: ScheduleInput.optional(),
  drillWindow: WindowInput.optional(),
  pruneSchedule: ScheduleInput.optional(),
  pruneWindow: WindowInput.optional(),
  keep: KeepChange.optional(),
};
export type ScheduleWishes = z.infer<z.ZodObject<typeof SCHEDULE_FIELDS>>;

const RUNS_MAX = 100;

export const ExplainScheduleInput = z.object({
  text: z.string(),
  /** How many of the next runs are wanted. */
  count: z.number().int().min(1).max(RUNS_MAX).default(5),
});
export type ExplainScheduleInput = z.infer<typeof ExplainScheduleInput>;

export interface ScheduleMeaning {
  /** The one spelling; null for by hand only. */
  schedule: string | null;
  /** `Every Sunday at 05:00`. */
  words: string;
  /** In which it runs: the one that it names, or that of the server. */
  zone: string;
  /** Ms since 1970; fewer than were asked for when it is not due so often any more. */
  next: number[];
}

export const BY_HAND_WORDS = 'Manual only';

/** What a schedule (null for by hand only) means after a moment (ms since 1970). Throws SCHEDULE_INVALID. */
export function explainEvent(
  event: CalendarEvent | null,
  { after, zone, count: wanted }: { after: number; zone: string; count: number },
): ScheduleMeaning {
  if (event === null) return { schedule: null, words: BY_HAND_WORDS, zone, next: [] };
  return {
    schedule: formatCalendarEvent(event),
    words: calendarEventWords(event),
    zone: event.zone ?? zone,
    next: nextEvents(event, after, zone, wanted),
  };
}

/** `2026-11-27 05:00`: what clocks of the zone show. */
export function wallText(moment: number, zone: string): string {
  return new Date(wallTime(zone, moment)).toISOString().slice(0, 16).replace('T', ' ');
}
