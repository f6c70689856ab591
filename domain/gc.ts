import { z } from 'zod';
import { DatastoreNameInput } from './datastore.ts';
import { countOf, formatBytes, formatCount, formatDuration } from './units.ts';

/** Garbage collection: what it is asked for, and what it comes to. */

/** How long a chunk that nothing needs is kept after its last use. */
export const GRACE_DEFAULT_MINUTES = 24 * 60;
const GRACE_MAX_MINUTES = 30 * 24 * 60;

const graceMinutes = z
  .number()
  .int('Whole minutes.')
  .min(0, 'At least 0 minutes.')
  .max(GRACE_MAX_MINUTES, 'At most 30 days.')
  .default(GRACE_DEFAULT_MINUTES);

export const GcInput = z.object({ name: DatastoreNameInput, graceMinutes });
export type GcInput = z.infer<typeof GcInput>;

/** What the tasks are given beside their datastore. */
export const GcPayload = z.object({ graceMinutes });

const amount = z.number().int().nonnegative();

/** In chunks and bytes on the disk, as far as nothing else is said. */
export const GcResult = z.object({
  graceMinutes: amount,
  indexFiles: amount,
  /** Size of all archives together. */
  logicalBytes: amount,
  /** References from all indexes to chunks. */
  references: amount,
  missingChunks: amount,
  usedChunks: amount,
  usedBytes: amount,
  /** By a preview: what would be removed. */
  removedChunks: amount,
  removedBytes: amount,
  pendingChunks: amount,
  pendingBytes: amount,
  /** What was set aside of damaged chunks. */
  badRemoved: amount,
  badKept: amount,
  leftoversRemoved: amount,
  /** Index files outside of snapshots. */
  strangers: amount,
});
export type GcResult = z.infer<typeof GcResult>;

/** Logical ÷ stored bytes; null without any. */
export function dedupRatioOf({ logicalBytes, usedBytes }: GcResult): number | null {
  return usedBytes > 0 ? logicalBytes / usedBytes : null;
}

/** The outcome in a sentence or two. */
export function gcWords(result: GcResult, { preview }: { preview: boolean }): string {
  const { removedChunks, removedBytes, badRemoved, leftoversRemoved, missingChunks } = result;
  const verb = preview ? 'Would free' : 'Freed';
  const main =
    removedChunks === 0
      ? `Nothing ${preview ? 'would be' : 'was'} removed.`
      : `${verb} ${formatBytes(removedBytes)} in ${countOf(removedChunks, 'chunk')}.`;
  const besides = [
    badRemoved > 0 ? `${countOf(badRemoved, 'damaged chunk')} that nothing needs any more` : '',
    leftoversRemoved > 0 ? `${countOf(leftoversRemoved, 'file')} of interrupted writes` : '',
  ].filter(Boolean);
  const also = besides.length > 0 ? ` Besides: ${besides.join(' and ')}.` : '';
  const missing = missingChunks > 0 ? ` ${formatCount(missingChunks)} that snapshots need are missing.` : '';
  return `${main}${pendingWords(result)}${also}${missing}`;
}

function pendingWords({ pendingChunks, pendingBytes, graceMinutes: minutes }: GcResult): string {
  if (pendingChunks === 0) return '';
  const grace = formatDuration(minutes * 60_000);
  return ` ${formatBytes(pendingBytes)} in ${countOf(pendingChunks, 'chunk')} will follow, ${grace} after the last use.`;
}
