import { type KeepOptions, rulesOf } from '#domain/retention.ts';
import { countOf, formatCount } from '#domain/units.ts';
import type { PrunePlan } from '../../trpc/views.ts';

/** A plan in a few words, and page by page. */

type Totals = PrunePlan['totals'];

export function staying({ snapshots, remove }: Pick<Totals, 'snapshots' | 'remove'>): number {
  return snapshots - remove;
}

/** `Keeps 27, removes 61` */
export function keepsWords(totals: Pick<Totals, 'snapshots' | 'remove'>): string {
  return `Keeps ${formatCount(staying(totals))}, removes ${formatCount(totals.remove)}`;
}

/** `of 88 snapshots in 4 groups; 2 protected and 1 unfinished stay in any case`. */
export function ofWords(totals: Totals): string {
  const besides = [
    totals.protected > 0 ? `${formatCount(totals.protected)} protected` : '',
    totals.unfinished > 0 ? `${formatCount(totals.unfinished)} unfinished` : '',
  ].filter(Boolean);
  const anyhow = besides.length > 0 ? `; among the kept are ${besides.join(' and ')}` : '';
  return `of ${countOf(totals.snapshots, 'snapshot')} in ${countOf(totals.groups, 'group')}${anyhow}`;
}

/** What becomes of what goes. */
export function pruneFate(trashDays: number): string {
  return trashDays > 0
    ? `What is pruned stays in the trash for ${countOf(trashDays, 'day')} and can be restored from there.`
    : 'The trash is off: what is pruned can no longer be restored. This cannot be taken back.';
}

/** How the second policy differs from the first, by number. */
export function netWords(a: Pick<Totals, 'remove'>, b: Pick<Totals, 'remove'>): string {
  const more = a.remove - b.remove;
  if (more === 0) return 'B keeps as many as A.';
  return `B keeps ${formatCount(Math.abs(more))} ${more > 0 ? 'more' : 'fewer'} than A.`;
}

/** Where the next page begins: behind the last group of this one, also when only a part of it was sent. Null for the end. */
export function nextOffset(plan: Pick<PrunePlan, 'groups' | 'totals'>, offset: number): number | null {
  const last = plan.groups.at(-1);
  if (!last) return null;
  const before = plan.groups.slice(0, -1).reduce((sum, { snapshots }) => sum + snapshots.length, offset);
  const next = before + last.totals.snapshots;
  return next < plan.totals.snapshots ? next : null;
}

/** `7 daily, 4 weekly` */
export function policyWords(keep: KeepOptions): string {
  return rulesOf(keep)
    .map(({ rule, count }) => `${formatCount(count)} ${rule}`)
    .join(', ');
}

/** Policies to begin with. */
export const PRESETS: readonly { label: string; keep: KeepOptions }[] = [
  { label: 'Two weeks', keep: { daily: 14 } },
  { label: 'A quarter', keep: { daily: 7, weekly: 4, monthly: 2 } },
  { label: 'A year', keep: { daily: 7, weekly: 4, monthly: 12 } },
  { label: 'Years', keep: { daily: 14, weekly: 8, monthly: 12, yearly: 7 } },
];
