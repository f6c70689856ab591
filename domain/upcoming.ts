import { nextEvents } from './calendar/next-event.ts';
import { parseCalendarEvent } from './calendar/parse-event.ts';
import { wallTime } from './calendar/zone.ts';
import { compareJobs, type JobId, type JobSettings, lacksRule } from './job.ts';
import { must } from './result.ts';
import { wallText } from './schedule.ts';

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
export function upcomingRuns(
  job: Pick<JobSettings, 'kind' | 'schedule' | 'options'>,
  now: number,
  zone: string,
): UpcomingRuns {
  if (job.schedule === null || lacksRule(job)) return { next: null, runs: [], more: false };
  const found = nextEvents(must(parseCalendarEvent(job.schedule)), now, zone, UPCOMING_MAX + 1);
  const within = found.filter((at) => at <= now + UPCOMING_MS);
  return {
    next: found[0] ?? null,
    runs: within.slice(0, UPCOMING_MAX),
    more: within.length > UPCOMING_MAX,
  };
}

const MINUTE = 60_000;

interface PlannedJob extends JobId {
  upcoming: readonly Date[];
}

/** Which of the jobs of one datastore is due in the same minute as `at` and runs before `job`; null for none. */
export function waitsFor(jobs: readonly PlannedJob[], job: JobId, at: number): JobId | null {
  const isAt = (other: Date) => minuteOf(other.getTime()) === minuteOf(at);
  const earlier = jobs.filter((one) => compareJobs(one, job) < 0 && one.upcoming.some(isAt));
  const [first] = earlier.toSorted(compareJobs);
  return first ? { kind: first.kind, name: first.name } : null;
}

function minuteOf(moment: number): number {
  return Math.floor(moment / MINUTE);
}

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** `Sat 05:00`: enough for the next few days. */
export function dayAndTime(moment: number, zone: string): string {
  const shown = new Date(wallTime(zone, moment));
  return `${WEEKDAYS[shown.getUTCDay()]} ${shown.toISOString().slice(11, 16)}`;
}

const NEAR_MS = 6 * 24 * 3600_000;

/** The same, with the date instead of the day of the week where that would mean several: `2026-11-02 05:00`. */
export function dayOrDate(moment: number, now: number, zone: string): string {
  return Math.abs(moment - now) < NEAR_MS ? dayAndTime(moment, zone) : wallText(moment, zone);
}
