/** When a file in a chunk directory may go (docs/formats/datastore.md). Pure; all times in whole seconds since 1970. */

export interface Cutoffs {
  /** What was used at or after this moment stays. */
  keepSince: number;
}

/** File times come from the storage's clock, which may be behind ours, and are whole seconds on some. */
const SLACK_SECONDS = 300;

/**
 * `graceSeconds` before the start; earlier when a backup has been running for longer: it may refer to whatever was sent
 * since it began.
 */
export function cutoffsOf(startedAt: number, graceSeconds: number, oldestWriter: number | null): Cutoffs {
  return { keepSince: Math.min(startedAt - graceSeconds, oldestWriter ?? startedAt) - SLACK_SECONDS };
}

export type Verdict = 'remove' | 'pending' | 'keep';

/** A chunk, or what was set aside of one: kept while an index refers to it, and for the grace after its last use. */
export function judge(isNeeded: boolean, usedAt: number, { keepSince }: Cutoffs): Verdict {
  if (isNeeded) return 'keep';
  return usedAt < keepSince ? 'remove' : 'pending';
}
