import type { NamespacePath } from './ids.ts';
import { DEFAULT_JOB, type JobSettings, keepOf, lacksRule } from './job.ts';
import { type KeepOptions, type KeepRule, rulesOf } from './retention.ts';
import { isInScope } from './scope.ts';
import { countOf } from './units.ts';

/** Policies that cannot mean what they say, or mean something else than most people read in them. */

export const KEEP_LINTS = [
  'nothing-set',
  'single-snapshot',
  'last-only',
  'short-memory',
  'gap',
  'adds-up',
  'rarer-backups',
  'covered-twice',
] as const;
export type KeepLint = (typeof KEEP_LINTS)[number];

export interface KeepWarning {
  name: KeepLint;
  /** One or two sentences that say what will happen. */
  words: string;
}

interface LintMore {
  /** The usual time between two backups of a group, in seconds, where it is known. */
  intervalSeconds?: number | undefined;
}

type TimeRule = Exclude<KeepRule, 'last'>;

const PERIOD_DAYS: Record<TimeRule, number> = {
  hourly: 1 / 24,
  daily: 1,
  weekly: 7,
  monthly: 30,
  yearly: 365,
};
const PERIOD_WORDS: Record<TimeRule, string> = {
  hourly: 'hour',
  daily: 'day',
  weekly: 'week',
  monthly: 'month',
  yearly: 'year',
};

/** A mistake is often noticed only after a weekend or a week. */
const SHORT_DAYS = 7;
/** A rule may begin where finer ones reach an eighth of its period: 7 daily carry a monthly one, 3 do not. */
const GAP_SHARE = 1 / 8;
/** Backups come rarer than a rule counts when there is clearly more than one period between two. */
const RARER = 1.5;

export function lintKeep(keep: KeepOptions, more: LintMore = {}): KeepWarning[] {
  const rules = rulesOf(keep);
  if (rules.length === 0) {
    return [{ name: 'nothing-set', words: 'No keep rule is set: every snapshot stays.' }];
  }
  const [first] = rules;
  if (rules.length === 1 && first?.count === 1) {
    const words = `Only the newest snapshot of each group stays: once it holds the damage, nothing older is left.`;
    return [{ name: 'single-snapshot', words }];
  }
  if (rules.length === 1 && first?.rule === 'last') return [lastOnly(first.count)];
  const timed = rules.flatMap(({ rule, count }) => (rule === 'last' ? [] : [{ rule, count }]));
  return [
    ...shortMemory(timed, keep.last ?? 0),
    ...gaps(timed, keep.last ?? 0),
    ...addsUp(timed),
    ...rarerBackups(timed, more.intervalSeconds),
  ];
}

/** What is odd about a prune job by itself and beside the others of its datastore; nothing for one that keeps all. */
export function lintPruneJob(job: JobSettings, all: readonly JobSettings[]): KeepWarning[] {
  return lacksRule(job) || job.kind !== 'prune' ? [] : [...lintKeep(keepOf(job)), ...coveredTwice(job, all)];
}

/** Each job applies its own policy, so the stricter one wins where two of them look: few expect that of the wider one. */
function coveredTwice(job: JobSettings, all: readonly JobSettings[]): KeepWarning[] {
  const others = all.filter((one) => one.kind === 'prune' && one.name !== job.name);
  return others.flatMap((other) => {
    const place = commonPlace(job, other);
    if (place === null || job.schedule === null || other.schedule === null || lacksRule(other)) return [];
    const name = other.name === DEFAULT_JOB ? 'the default one' : other.name;
    const words = `This job and ${name} both prune ${place === '' ? 'the whole datastore' : place}: a snapshot stays there only while both keep it.`;
    return [{ name: 'covered-twice' as const, words }];
  });
}

/** Where both look: the namespace of the one that begins further down. Null where they do not meet. */
function commonPlace(a: JobSettings, b: JobSettings): NamespacePath | null {
  const [one, other] = [scopeOf(a), scopeOf(b)];
  if (isInScope(one.namespace, other)) return one.namespace;
  return isInScope(other.namespace, one) ? other.namespace : null;
}

function scopeOf({ options }: JobSettings) {
  const { namespace = '' as NamespacePath, depth = null } = options;
  return { namespace, depth, group: null };
}

interface Timed {
  rule: TimeRule;
  count: number;
}

const reachDays = ({ rule, count }: Timed) => count * PERIOD_DAYS[rule];
const named = ({ rule, count }: Timed) => `keep-${rule} ${count}`;

function lastOnly(count: number): KeepWarning {
  const words = `keep-last ${count} alone says nothing about time: ${countOf(count, 'backup')} made in a row push out all older ones. Add keep-daily or keep-weekly.`;
  return { name: 'last-only', words };
}

/** Only fine rules, and all of them together end soon. Of `last` one backup a day is assumed. */
function shortMemory(timed: readonly Timed[], last: number): KeepWarning[] {
  const days = timed.reduce((sum, one) => sum + reachDays(one), last);
  if (days >= SHORT_DAYS) return [];
  const reach = days >= 1 ? countOf(Math.floor(days), 'day') : countOf(Math.round(days * 24), 'hour');
  const words = `With regular backups nothing older than about ${reach} stays: what is noticed later cannot be restored.`;
  return [{ name: 'short-memory', words }];
}

/** A coarse rule without finer ones that lead up to it: behind the newest snapshots comes a long time without any. */
function gaps(timed: readonly Timed[], last: number): KeepWarning[] {
  return timed.flatMap((one, at) => {
    const before = timed.slice(0, at).reduce((sum, finer) => sum + reachDays(finer), last);
    if (one.rule === 'hourly' || one.rule === 'daily') return [];
    if (before >= PERIOD_DAYS[one.rule] * GAP_SHARE) return [];
    const period = PERIOD_WORDS[one.rule];
    const words = `${named(one)} follows too little that is finer: behind the newest snapshots, the next one may be a ${period} older. Add keep-${FINER[one.rule]}.`;
    return [{ name: 'gap' as const, words }];
  });
}

const FINER: Record<'weekly' | 'monthly' | 'yearly', KeepRule> = {
  weekly: 'daily',
  monthly: 'weekly',
  yearly: 'monthly',
};

/** Who writes 30 daily and 4 weekly may think that both count from today. */
function addsUp(timed: readonly Timed[]): KeepWarning[] {
  return timed.flatMap((coarse, at) => {
    const finer = timed.slice(0, at).find((one) => reachDays(one) >= reachDays(coarse));
    if (!finer) return [];
    const words = `${named(coarse)} counts from where ${named(finer)} ends, not from today: together they reach back about ${countOf(Math.round(reachDays(finer) + reachDays(coarse)), 'day')}.`;
    return [{ name: 'adds-up' as const, words }];
  });
}

/** Rules count periods that have a backup: 24 hourly ones are 24 days when there is one backup a day. */
function rarerBackups(timed: readonly Timed[], intervalSeconds: number | undefined): KeepWarning[] {
  const interval = (intervalSeconds ?? 0) / 86_400;
  return timed
    .filter(({ rule, count }) => count > 1 && interval > PERIOD_DAYS[rule] * RARER)
    .map((one) => ({
      name: 'rarer-backups' as const,
      words: `${named(one)} keeps ${one.count} snapshots, not ${countOf(one.count, PERIOD_WORDS[one.rule])}: backups are made only about every ${everyWords(interval)}, so they reach back about ${everyWords(interval * one.count)}.`,
    }));
}

function everyWords(days: number): string {
  return days >= 2 ? `${countOf(Math.round(days), 'day')}` : `${countOf(Math.round(days * 24), 'hour')}`;
}

/** The newest backups tell how often they are made now. */
const RECENT = 20;

/**
 * The usual time between two backups of a group, in seconds: the median over the groups of each one's median. `groups`
 * holds the times of each group's snapshots, in seconds since 1970 and any order; undefined when no group has three.
 */
export function usualIntervalSeconds(groups: readonly (readonly number[])[]): number | undefined {
  const medians = groups.flatMap((times) => {
    const recent = times.toSorted((a, b) => b - a).slice(0, RECENT);
    const gaps = recent.slice(1).map((time, at) => (recent[at] ?? time) - time);
    return gaps.length < 2 ? [] : [median(gaps) ?? 0];
  });
  return median(medians);
}

function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
