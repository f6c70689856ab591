import type { ChunkName } from './classify-name.ts';
import type { MarkLookup } from './mark-table.ts';
import {
  type Amount,
  addCounts,
  count,
  noCounts,
  type RemovedChunk,
  type SweptPart,
} from './sweep-counts.ts';
import type { Verdict } from './sweep-rule.ts';

/** What one chunk directory holds, until it is known whether it was looked at whole. */
export class DirectoryCount {
  readonly #counts = noCounts();
  readonly #removed: RemovedChunk[] = [];

  get used(): Amount {
    return this.#counts.used;
  }

  get hasRemoved(): boolean {
    const { removed, badRemoved, leftoversRemoved } = this.#counts;
    return removed.files + badRemoved.files + leftoversRemoved.files > 0;
  }

  /** What would go, or stays. */
  add(what: ChunkName, verdict: Verdict, sizeBytes: number): void {
    count(this.#amountOf(what, verdict), sizeBytes);
  }

  addRemoved(what: ChunkName, sizeBytes: number): void {
    this.add(what, 'remove', sizeBytes);
    if (what.kind === 'chunk') this.#removed.push({ digest: what.digest, sizeBytes });
  }

  /** What is looked at again later must not count twice. */
  addTo(part: SweptPart, { onlyRemoved }: { onlyRemoved: boolean }): void {
    const { removed, badRemoved, leftoversRemoved } = this.#counts;
    addCounts(
      part.counts,
      onlyRemoved ? { ...noCounts(), removed, badRemoved, leftoversRemoved } : this.#counts,
    );
    part.removed.push(...this.#removed);
  }

  #amountOf(what: ChunkName, verdict: Verdict) {
    const counts = this.#counts;
    switch (what.kind) {
      case 'chunk':
        return { keep: counts.used, pending: counts.pending, remove: counts.removed }[verdict];
      case 'bad':
        return verdict === 'remove' ? counts.badRemoved : counts.badKept;
      case 'leftover':
        return verdict === 'remove' ? counts.leftoversRemoved : counts.leftoversKept;
    }
  }
}

/** A counting pass tells the one behind it where something can go. `noted`: a byte a chunk directory, or null. */
export function noteIfAny(noted: Uint8Array | null, directory: number, counts: DirectoryCount): void {
  if (noted && counts.hasRemoved) noted[directory] = 1;
}

export function isSkipped(
  noted: Uint8Array | null,
  { dryRun }: { dryRun: boolean },
  directory: number,
): boolean {
  return noted !== null && !dryRun && noted[directory] !== 1;
}

/**
 * Whether an index needs the file. What was set aside is evidence for as long as the chunk is needed and missing; once it
 * was sent anew, nothing depends on it. To be asked when all chunks of the directory were met.
 */
export function isNeeded(what: ChunkName, marks: MarkLookup): boolean {
  switch (what.kind) {
    case 'chunk':
      return marks.has(what.digest);
    case 'bad':
      return marks.has(what.digest) && !marks.wasSeen(what.digest);
    case 'leftover':
      return false;
  }
}

/** Of the times of a file, which one tells when it was last used; whole seconds since 1970. */
export function lastUse(
  what: ChunkName,
  { atimeMs, mtimeMs, ctimeMs }: { atimeMs: number; mtimeMs: number; ctimeMs: number },
): number {
  // Setting a chunk aside renames it, which changes nothing but the time of the change.
  const usedMs = { chunk: atimeMs, bad: Math.max(atimeMs, ctimeMs), leftover: Math.max(atimeMs, mtimeMs) };
  return Math.floor(usedMs[what.kind] / 1000);
}
