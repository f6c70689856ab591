import type { Digest } from '../chunks/digest.ts';
import type { PackedError } from '../threads/packed-error.ts';

export interface Amount {
  files: number;
  bytes: number;
}

/** What a sweep met, by what became of it. */
export interface SweepCounts {
  /** Chunks that an index refers to. */
  used: Amount;
  /** Chunks that no index refers to. */
  removed: Amount;
  /** The same, not old enough yet. */
  pending: Amount;
  /** What was set aside of damaged chunks (`.bad`). */
  badRemoved: Amount;
  badKept: Amount;
  /** What interrupted writes have left (`.tmp_…`). */
  leftoversRemoved: Amount;
  leftoversKept: Amount;
}

export function noCounts(): SweepCounts {
  return {
    used: none(),
    removed: none(),
    pending: none(),
    badRemoved: none(),
    badKept: none(),
    leftoversRemoved: none(),
    leftoversKept: none(),
  };
}

function none(): Amount {
  return { files: 0, bytes: 0 };
}

export function count(amount: Amount, bytes: number): void {
  amount.files += 1;
  amount.bytes += bytes;
}

export function addCounts(sum: SweepCounts, more: SweepCounts): void {
  for (const key of Object.keys(sum) as (keyof SweepCounts)[]) {
    sum[key].files += more[key].files;
    sum[key].bytes += more[key].bytes;
  }
}

/**
 * What a counting pass and the removing one behind it come to together. Of what was to go, what is still there was used
 * anew meanwhile, or, when the second pass ended early, is left for the next run.
 */
export function afterRemoval(
  planned: SweepCounts,
  done: SweepCounts,
  { isWhole }: { isWhole: boolean },
): { counts: SweepCounts; left: Amount } {
  const rest = minus(planned.removed, done.removed);
  const [used, left] = isWhole ? [rest, none()] : [none(), rest];
  const { removed, badRemoved, leftoversRemoved } = done;
  const counts = {
    ...{ used: planned.used, removed, badRemoved, leftoversRemoved },
    pending: plus(planned.pending, used),
    badKept: plus(planned.badKept, minus(planned.badRemoved, badRemoved)),
    leftoversKept: plus(planned.leftoversKept, minus(planned.leftoversRemoved, leftoversRemoved)),
  };
  return { counts, left };
}

export function plus(a: Amount, b: Amount): Amount {
  return { files: a.files + b.files, bytes: a.bytes + b.bytes };
}

function minus(a: Amount, b: Amount): Amount {
  return { files: Math.max(a.files - b.files, 0), bytes: Math.max(a.bytes - b.bytes, 0) };
}

/** A chunk file that is gone, for whoever keeps count. */
export interface RemovedChunk {
  digest: Digest;
  sizeBytes: number;
}

/** What became of some chunk directories. */
export interface SweptPart {
  counts: SweepCounts;
  removed: RemovedChunk[];
  /** The first directory that was not looked at whole, because the time was over or of the failure. */
  next: number;
  /** What stopped it; what was done before counts all the same. */
  failure: PackedError | null;
}

export function newPart(next: number): SweptPart {
  return { counts: noCounts(), removed: [], next, failure: null };
}
