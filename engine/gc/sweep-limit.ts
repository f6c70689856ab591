import { BackupError } from '#domain/errors.ts';
import { countOf, formatBytes, formatCount } from '#domain/units.ts';
import type { SweepCounts } from './sweep-counts.ts';

/**
 * Stops a collection that would remove more than is believed to be meant: GC_TOO_MUCH. `counts` are those of a pass over
 * all chunk directories that has removed nothing; `storedBytes` those of all chunk files. The greater share counts, of the
 * chunks or of their bytes.
 */
export function checkLimit(counts: SweepCounts, stopPercent: number, storedBytes: number): void {
  const { used, removed, pending } = counts;
  const chunks = used.files + removed.files + pending.files;
  // What is on record may be less than what was met.
  const bytes = Math.max(storedBytes, used.bytes + removed.bytes + pending.bytes);
  const percent = Math.max(percentOf(removed.files, chunks), percentOf(removed.bytes, bytes));
  if (percent <= stopPercent) return;
  throw new BackupError(
    'GC_TOO_MUCH',
    `It would remove ${Math.floor(percent)} % of what is stored, and may remove at most ${stopPercent} %: ` +
      `${formatCount(removed.files)} of ${countOf(chunks, 'chunk')}, ` +
      `${formatBytes(removed.bytes)} of ${formatBytes(bytes)}. No chunk was removed.`,
    {
      hint: 'Look whether the snapshots that are gone were meant to go. If they were, run it once by hand without a limit: datastore gc NAME.',
    },
  );
}

function percentOf(part: number, whole: number): number {
  return whole === 0 ? 0 : (part / whole) * 100;
}
