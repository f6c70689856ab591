import { nextEvents } from './calendar/next-event.ts';
import { parseCalendarEvent } from './calendar/parse-event.ts';
import { type JobKind, type JobSettings, lacksRule } from './job.ts';
import { must } from './result.ts';

/** What datastores start by themselves within a day from now. All times are ms since 1970. */

export const UPCOMING_MS = 24 * 3600_000;

/** What runs every few minutes is told by its schedule, not by each of its runs. */
export const UPCOMING_MAX = 48;

export interface UpcomingRuns {
  /** The next one, however far away; null for what does not run by itself. */
  next: number | null;
  /** Those within a day, in order, and no more than `UPCOMING_MAX`. */
  runs: number[];
  /** There are more of them. */
  more: boolean;
}

/** Due times after `now`; one that has passed and was not started is told elsewhere. */
export function upcomingRuns(job: JobSettings, now: number, zone: string): UpcomingRuns {
  if (job.schedule === null || lacksRule(job)) return { next: null, runs: [], more: false };
  const found = nextEvents(must(parseCalendarEvent(job.schedule)), now, zone, UPCOMING_MAX + 1);
  const within = found.filter((at) => at <= now + UPCOMING_MS);
  return {
    next: found[0] ?? null,
    runs: within.slice(0, UPCOMING_MAX),
    more: within.length > UPCOMING_MAX,
  };
}

export interface PlannedRun {
  kind: JobKind;
  at: number;
}

const MINUTE = 60_000;

/** Minutes (as their first ms) in which runs of different kinds on one datastore are due: one waits for the other. */
export function clashingMinutes(runs: readonly PlannedRun[]): Set<number> {
  const kinds = new Map<number, JobKind>();
  const clashing = new Set<number>();
  for (const { kind, at } of runs) {
    const minute = minuteOf(at);
    const other = kinds.get(minute) ?? kind;
    if (other !== kind) clashing.add(minute);
    kinds.set(minute, other);
  }
  return clashing;
}

export function minuteOf(moment: number): number {
  return Math.floor(moment / MINUTE) * MINUTE;
}
