import { wallTime } from '#domain/calendar/zone.ts';
import type { KeepRule } from '#domain/retention.ts';
import { formatCount } from '#domain/units.ts';
import type { PlannedSnapshot } from '../../trpc/views.ts';

/** The plan of one group by year, month and day, as clocks of the server's zone have them. */

export type CellLook = KeepRule | 'all' | 'protected' | 'unfinished' | 'remove';

export interface CalendarCell {
  /** `2026-11-27`. */
  date: string;
  /** 1 to 31. */
  day: number;
  /** Of the newest that stays; `remove` when none does. */
  look: CellLook;
  /** Of how many snapshots it is the newest that stays. */
  count: number;
  /** In a sentence. */
  words: string;
  /** A line for each snapshot, newest first. */
  lines: string[];
  /** Another policy decides otherwise about one of them. */
  differs: boolean;
}

export interface CalendarMonth {
  /** 1 to 12. */
  month: number;
  name: string;
  /** How many it has. */
  days: number;
  /** By day; days without a snapshot are left out. */
  cells: ReadonlyMap<number, CalendarCell>;
}

export interface CalendarYear {
  year: number;
  /** `keeps 27, removes 61`. */
  words: string;
  /** Newest first. */
  months: CalendarMonth[];
}

export const LETTERS: Record<CellLook, { letter: string; words: string }> = {
  last: { letter: 'L', words: 'last' },
  hourly: { letter: 'H', words: 'hourly' },
  daily: { letter: 'D', words: 'daily' },
  weekly: { letter: 'W', words: 'weekly' },
  monthly: { letter: 'M', words: 'monthly' },
  yearly: { letter: 'Y', words: 'yearly' },
  all: { letter: '=', words: 'no rule is set' },
  protected: { letter: 'P', words: 'protected' },
  unfinished: { letter: 'U', words: 'unfinished' },
  remove: { letter: '×', words: 'removed' },
};

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const LINES_MAX = 12;

export function lookOf({ mark, rule }: Pick<PlannedSnapshot, 'mark' | 'rule'>): CellLook {
  return mark === 'keep' ? (rule ?? 'all') : mark;
}

/** Years, newest first; `differing` are the times about which another policy decides otherwise. */
export function prepareCalendar(
  snapshots: readonly PlannedSnapshot[],
  zone: string,
  differing: ReadonlySet<number> = new Set(),
): CalendarYear[] {
  const placed = snapshots
    .map((snapshot) => ({ snapshot, wall: new Date(wallTime(zone, snapshot.time * 1000)) }))
    .sort((a, b) => b.snapshot.time - a.snapshot.time);
  return [...Map.groupBy(placed, ({ wall }) => wall.getUTCFullYear())].map(([year, ofYear]) => ({
    year,
    words: countWords(ofYear.map(({ snapshot }) => snapshot)),
    months: [...Map.groupBy(ofYear, ({ wall }) => wall.getUTCMonth())].map(([at, ofMonth]) => ({
      month: at + 1,
      name: MONTHS[at] ?? '',
      days: new Date(Date.UTC(year, at + 1, 0)).getUTCDate(),
      cells: cellsOf(ofMonth, differing),
    })),
  }));
}

interface Placed {
  snapshot: PlannedSnapshot;
  /** What clocks showed, as if it were UTC. */
  wall: Date;
}

function cellsOf(ofMonth: readonly Placed[], differing: ReadonlySet<number>): Map<number, CalendarCell> {
  const days = Map.groupBy(ofMonth, ({ wall }) => wall.getUTCDate());
  return new Map(
    [...days].map(([day, ofDay]) => {
      const stays = ofDay.find(({ snapshot }) => snapshot.mark !== 'remove');
      const snapshots = ofDay.map(({ snapshot }) => snapshot);
      const date = ofDay[0]?.wall.toISOString().slice(0, 10) ?? '';
      const differs = snapshots.some(({ time }) => differing.has(time));
      const cell: CalendarCell = {
        ...{ date, day, count: snapshots.length, differs },
        look: stays ? lookOf(stays.snapshot) : 'remove',
        words: `${date}: ${dayWords(snapshots)}${differs ? ', differs' : ''}`,
        lines: linesOf(ofDay),
      };
      return [day, cell];
    }),
  );
}

/** `kept as daily`, `removed`, `keeps 1 (daily), removes 23`. */
function dayWords(snapshots: readonly PlannedSnapshot[]): string {
  const looks = [
    ...new Set(snapshots.filter(({ mark }) => mark !== 'remove').map((one) => LETTERS[lookOf(one)].words)),
  ];
  const removed = snapshots.filter(({ mark }) => mark === 'remove').length;
  const kept = snapshots.length - removed;
  if (kept === 0) return removed === 1 ? 'removed' : `removes ${removed}`;
  if (snapshots.length === 1) return `kept, ${looks.join(', ')}`;
  const keeps = `keeps ${kept} (${looks.join(', ')})`;
  return removed === 0 ? keeps : `${keeps}, removes ${removed}`;
}

function linesOf(ofDay: readonly Placed[]): string[] {
  const lines = ofDay.map(({ snapshot: { mark, why }, wall }) => {
    const fate = mark === 'remove' ? 'goes' : 'stays';
    return `${wall.toISOString().slice(11, 16)} ${fate}: ${why}`;
  });
  const more = lines.length - LINES_MAX;
  return more > 0 ? [...lines.slice(0, LINES_MAX), `and ${formatCount(more)} more`] : lines;
}

function countWords(snapshots: readonly PlannedSnapshot[]): string {
  const removed = snapshots.filter(({ mark }) => mark === 'remove').length;
  return `keeps ${formatCount(snapshots.length - removed)}, removes ${formatCount(removed)}`;
}

/** What two plans of the same snapshots decide differently. */
export function comparePlans(a: readonly PlannedSnapshot[], b: readonly PlannedSnapshot[]) {
  const goesInB = new Set(b.filter(({ mark }) => mark === 'remove').map(({ time }) => time));
  const known = new Set(b.map(({ time }) => time));
  const both = a.filter(({ time }) => known.has(time));
  const onlyA = both.filter(({ mark, time }) => mark !== 'remove' && goesInB.has(time));
  const onlyB = both.filter(({ mark, time }) => mark === 'remove' && !goesInB.has(time));
  return {
    /** How many only the one keeps. */
    keptOnlyByA: onlyA.length,
    keptOnlyByB: onlyB.length,
    differing: new Set([...onlyA, ...onlyB].map(({ time }) => time)),
  };
}
