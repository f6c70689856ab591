import type { JobOptions } from '#domain/job.ts';
import { KEEP_MAX, KEEP_RULES, type KeepOptions, type KeepRule, rulesOf } from '#domain/retention.ts';

/** What the simulator shows, as part of the address: a policy can be linked, and Back goes to the one before. */

export interface Simulation {
  keep: KeepOptions;
  /** A second policy to compare with; null for none. */
  other: KeepOptions | null;
  /** Only this namespace and those below it. */
  namespace: string;
  /** How many levels of those; null for all. */
  depth: number | null;
  /** How many snapshots come before the page of groups that is shown. */
  offset: number;
  view: 'calendar' | 'list';
}

/** Where the address names no policy it is the one that the schedule has. */
export function readSimulation(params: URLSearchParams, scheduled: KeepOptions): Simulation {
  const [keep, other] = [params.get('keep'), params.get('other')];
  const offset = Number(params.get('at') ?? 0);
  return {
    keep: keep === null ? scheduled : parsePolicy(keep),
    other: other === null ? null : parsePolicy(other),
    namespace: params.get('ns') ?? '',
    depth: parseDepth(params.get('depth')),
    offset: Number.isSafeInteger(offset) && offset > 0 ? offset : 0,
    view: params.get('view') === 'list' ? 'list' : 'calendar',
  };
}

/** The same address with what changed; another policy or place begins on the first page. */
export function changeSimulation(params: URLSearchParams, change: Partial<Simulation>): URLSearchParams {
  const next = new URLSearchParams(params);
  if (change.keep) next.set('keep', formatPolicy(change.keep));
  if (change.other !== undefined) setOrDelete(next, 'other', change.other && formatPolicy(change.other));
  if (change.namespace !== undefined) setOrDelete(next, 'ns', change.namespace || null);
  const depth = change.depth ?? (change.namespace === undefined ? undefined : null);
  if (depth !== undefined) setOrDelete(next, 'depth', depth === null ? null : String(depth));
  if (change.view !== undefined) setOrDelete(next, 'view', change.view === 'list' ? 'list' : null);
  const offset = change.offset ?? (change.namespace === undefined ? undefined : 0);
  if (offset !== undefined) setOrDelete(next, 'at', offset > 0 ? String(offset) : null);
  return next;
}

/** The policy and place of a job, tried on what is there. */
export function simulationHref({ keep = {}, namespace, depth = null }: JobOptions): string {
  const place = { namespace: namespace ?? '', depth };
  const params = changeSimulation(new URLSearchParams(), { keep, ...place });
  return `?${params}#simulator`;
}

function parseDepth(text: string | null): number | null {
  return text !== null && /^\d$/.test(text) ? Number(text) : null;
}

function setOrDelete(params: URLSearchParams, name: string, value: string | null): void {
  if (value === null) params.delete(name);
  else params.set(name, value);
}

/** `last:3,daily:7`; the empty text for no rule at all. */
export function formatPolicy(keep: KeepOptions): string {
  return rulesOf(keep)
    .map(({ rule, count }) => `${rule}:${count}`)
    .join(',');
}

/** Never refuses: what cannot be read is left out. */
export function parsePolicy(text: string): KeepOptions {
  const entries = text.split(',').flatMap((part) => {
    const [rule = '', count = ''] = part.split(':');
    return isRule(rule) && /^\d+$/.test(count) ? [[rule, countOf(count)] as const] : [];
  });
  return withoutZeros(Object.fromEntries(entries));
}

function isRule(text: string): text is KeepRule {
  return (KEEP_RULES as readonly string[]).includes(text);
}

/** What is typed into the field of a rule: 0 and nothing take the rule away, what is no digit is not heard. */
export function withRule(keep: KeepOptions, rule: KeepRule, text: string): KeepOptions {
  return withoutZeros({ ...keep, [rule]: countOf(text.replace(/\D/g, '')) });
}

function countOf(digits: string): number {
  return Math.min(Number(digits), KEEP_MAX);
}

function withoutZeros(keep: KeepOptions): KeepOptions {
  return Object.fromEntries(rulesOf(keep).map(({ rule, count }) => [rule, count]));
}

export function isSamePolicy(a: KeepOptions, b: KeepOptions): boolean {
  return formatPolicy(a) === formatPolicy(b);
}
