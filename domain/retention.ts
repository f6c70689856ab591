import { z } from 'zod';
import { wallTime, zoneOffset } from './calendar/zone.ts';

/**
 * Retention: which snapshots of one group stay, as Proxmox Backup Server selects them (docs/formats/datastore.md).
 * Each rule counts periods that have a snapshot, not hours or days of the calendar; the newest of a period stays; and
 * a rule looks only at periods that no rule before it has covered, so that the rules add up.
 *
 * *Invariants*: what is protected stays. With any rule set, the newest finished snapshot stays. Planning again after
 * the removal removes nothing more.
 */

/** In the order in which they are applied. */
export const KEEP_RULES = ['last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;
export type KeepRule = (typeof KEEP_RULES)[number];

export const KEEP_MAX = 1_000_000;

/** How many snapshots a rule keeps; 0 is the same as no such rule. */
const Count = z
  .number()
  .int()
  .min(0)
  .max(KEEP_MAX)
  .optional()
  .transform((count) => count || undefined);

export const KeepOptions = z.object({
  last: Count,
  hourly: Count,
  daily: Count,
  weekly: Count,
  monthly: Count,
  yearly: Count,
});
export type KeepOptions = { [Rule in KeepRule]?: number | undefined };

export interface RetentionSnapshot {
  /** Whole seconds since 1970. */
  time: number;
  finished: boolean;
  protected: boolean;
}

/** What becomes of a snapshot: `protected` and `unfinished` ones stay without a rule. */
export type Mark = 'keep' | 'remove' | 'protected' | 'unfinished';

export interface Verdict {
  mark: Mark;
  /** Of one that stays: the rule that keeps it. Of one that goes: the rule that keeps a newer one of the same period. */
  rule: KeepRule | null;
  /** `2026-11-27 13:00`, `2026-11-27`, `2026-W48`, `2026-11` or `2026`, in the zone; null for `last`. */
  period: string | null;
}

export type Fate<Snapshot> = Verdict & { snapshot: Snapshot };

const PROTECTED: Verdict = { mark: 'protected', rule: null, period: null };
const UNFINISHED: Verdict = { mark: 'unfinished', rule: null, period: null };
const KEEP_ALL: Verdict = { mark: 'keep', rule: null, period: null };
const REMOVE: Verdict = { mark: 'remove', rule: null, period: null };

/** The rules that are set, in order. */
export function rulesOf(keep: KeepOptions): { rule: KeepRule; count: number }[] {
  return KEEP_RULES.flatMap((rule) => {
    const count = keep[rule] ?? 0;
    return count > 0 ? [{ rule, count }] : [];
  });
}

/**
 * The fate of every snapshot of one group, newest first. Periods are those of clocks in `zone` (an IANA name). Without
 * any rule everything stays.
 */
export function planPrune<Snapshot extends RetentionSnapshot>(
  snapshots: readonly Snapshot[],
  keep: KeepOptions,
  zone: string,
): Fate<Snapshot>[] {
  const sorted = [...snapshots].sort((a, b) => b.time - a.time);
  const rules = rulesOf(keep);
  const marks = rules.length === 0 ? sorted.map(() => KEEP_ALL) : markUnfinished(sorted);
  const clock = wallClock(zone);
  const walls = sorted.map(({ time }) => clock(time * 1000));
  for (const { rule, count } of rules) select(sorted, marks, { rule, count, walls });
  return sorted.map((snapshot, at) => ({
    snapshot,
    ...(snapshot.protected ? PROTECTED : (marks[at] ?? REMOVE)),
  }));
}

/** One that is newer than every finished one is most likely being made; the others were left by a crash. */
function markUnfinished(sorted: readonly RetentionSnapshot[]): (Verdict | null)[] {
  let mayBeRunning = true;
  return sorted.map(({ finished }) => {
    const mark = mayBeRunning ? UNFINISHED : REMOVE;
    mayBeRunning = false;
    return finished ? null : mark;
  });
}

interface Selection {
  rule: KeepRule;
  count: number;
  /** What clocks of the zone showed, in ms, of each snapshot. */
  walls: readonly number[];
}

/** Marks what one rule keeps, and what is of the same period as something that it keeps. */
function select(
  sorted: readonly RetentionSnapshot[],
  marks: (Verdict | null)[],
  { rule, count, walls }: Selection,
): void {
  const idAt = (at: number) => (rule === 'last' ? at : PERIODS[rule].id(walls[at] ?? 0));
  const already = new Set<number>();
  for (const [at, mark] of marks.entries()) if (mark?.mark === 'keep') already.add(idAt(at));
  const seen = new Set<number>();
  for (const [at, snapshot] of sorted.entries()) {
    if (marks[at] || snapshot.protected) continue;
    const id = idAt(at);
    if (already.has(id)) continue;
    const isNew = !seen.has(id);
    if (isNew && seen.size >= count) break;
    seen.add(id);
    const period = rule === 'last' ? null : PERIODS[rule].words(walls[at] ?? 0);
    marks[at] = { mark: isNew ? 'keep' : 'remove', rule, period };
  }
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const weekOf = (wall: number) => Math.floor((Math.floor(wall / DAY) + 3) / 7);

/** Periods as numbers that differ when they do, and in words. Where clocks are put back, the hour that comes twice is one. */
const PERIODS: Record<
  Exclude<KeepRule, 'last'>,
  { id(wall: number): number; words(wall: number): string }
> = {
  hourly: {
    id: (wall) => Math.floor(wall / HOUR),
    words: (wall) => `${isoText(wall, 13).replace('T', ' ')}:00`,
  },
  daily: { id: (wall) => Math.floor(wall / DAY), words: (wall) => isoText(wall, 10) },
  weekly: { id: weekOf, words: weekWords },
  monthly: {
    id: (wall) => new Date(wall).getUTCFullYear() * 12 + new Date(wall).getUTCMonth(),
    words: (wall) => isoText(wall, 7),
  },
  yearly: { id: (wall) => new Date(wall).getUTCFullYear(), words: (wall) => isoText(wall, 4) },
};

function isoText(wall: number, length: number): string {
  return new Date(wall).toISOString().slice(0, length);
}

/** Weeks of ISO 8601: they begin on Monday and belong to the year of their Thursday. */
function weekWords(wall: number): string {
  const thursday = weekOf(wall) * 7 * DAY;
  const year = new Date(thursday).getUTCFullYear();
  const week = Math.floor((thursday - Date.UTC(year, 0, 1)) / (7 * DAY)) + 1;
  return `${year}-W${String(week).padStart(2, '0')}`;
}

/** No zone of the IANA database has moved its clocks there and back within it since 1970: the shortest time was a week, 2000 in Boa Vista. */
const STEADY = 4 * DAY;

/** Asks for the offset once for days in which it stays, since asking takes a tenth of a millisecond. */
function wallClock(zone: string): (moment: number) => number {
  const offsets = new Map<number, number | null>();
  return (moment) => {
    const part = Math.floor(moment / STEADY);
    let offset = offsets.get(part);
    if (offset === undefined) {
      const atStart = zoneOffset(zone, part * STEADY);
      offset = atStart === zoneOffset(zone, (part + 1) * STEADY) ? atStart : null;
      offsets.set(part, offset);
    }
    return offset === null ? wallTime(zone, moment) : moment + offset;
  };
}

/** Why, in a few words for a table: `daily 2026-11-27`, `newer one in week 2026-W48`. */
export function verdictWords({ mark, rule, period }: Verdict, finished: boolean): string {
  switch (mark) {
    case 'protected':
      return 'protected';
    case 'unfinished':
      return 'unfinished, perhaps still being made';
    case 'keep':
      return rule === null ? 'no rule is set' : [rule, period].filter(Boolean).join(' ');
    case 'remove':
      if (!finished) return 'unfinished, and there is a newer one';
      return rule === null ? 'beyond every rule' : `a newer one is kept as ${rule} ${period ?? ''}`.trimEnd();
  }
}

export interface PruneTotals {
  snapshots: number;
  keep: number;
  remove: number;
  protected: number;
  unfinished: number;
}

/** How many of each mark; sums up over groups when `totals` is handed on. */
export function countMarks(
  fates: readonly Verdict[],
  totals: PruneTotals = { snapshots: 0, keep: 0, remove: 0, protected: 0, unfinished: 0 },
): PruneTotals {
  const counted = { ...totals, snapshots: totals.snapshots + fates.length };
  for (const { mark } of fates) counted[mark] += 1;
  return counted;
}
