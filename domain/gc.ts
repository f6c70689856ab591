import { z } from 'zod';
import { DatastoreNameInput } from './datastore.ts';
import { parseNamespacePath } from './ids.ts';
import { GraceMinutes, StopPercent, Until } from './job-fields.ts';
import { schemaOf } from './schema.ts';
import { countOf, formatBytes, formatCount, formatDuration } from './units.ts';

/** Garbage collection: what it is asked for, and what it comes to. */

/** How long a chunk that nothing needs is kept after its last use. */
export const GRACE_DEFAULT_MINUTES = 24 * 60;

/** A collection that a schedule starts stops when it would remove more than this; one by hand has no limit of its own. */
export const STOP_DEFAULT_PERCENT = 50;

const Options = {
  graceMinutes: GraceMinutes.default(GRACE_DEFAULT_MINUTES),
  stopPercent: StopPercent.default(null),
};

export const GcInput = z.object({ name: DatastoreNameInput, ...Options });
export type GcInput = z.infer<typeof GcInput>;

/** A preview removes nothing, so that nothing can stop it. */
export const GcPreviewInput = GcInput.omit({ stopPercent: true });

const TOP_DEFAULT = 20;

/** Which namespaces, groups and snapshots hold the most space alone. */
export const TopUseInput = z.object({
  name: DatastoreNameInput,
  /** Groups and snapshots of this one only. */
  namespace: schemaOf((text) => parseNamespacePath(text)).optional(),
  /** Of each so many at most. */
  limit: z.number().int().min(1).max(500).default(TOP_DEFAULT),
});
export type TopUseInput = z.infer<typeof TopUseInput>;

/** What a job is set to. */
export const GcOptions = z.object(Options);

/** What the tasks are given beside their datastore. */
export const GcPayload = GcOptions.extend({ until: Until });
export const GcPreviewPayload = GcOptions.pick({ graceMinutes: true });

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
  /** What could have gone, when the run stopped at the end of its window. */
  leftChunks: amount.default(0),
  leftBytes: amount.default(0),
  /** What was set aside of damaged chunks. */
  badRemoved: amount,
  badKept: amount,
  leftoversRemoved: amount,
  /** Index files outside of snapshots. */
  strangers: amount,
  /** Snapshots of the trash whose time was over; by a preview: what would go. */
  trashRemoved: amount.default(0),
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
  const left = leftWords(result);
  const missing = missingChunks > 0 ? ` ${formatCount(missingChunks)} that snapshots need are missing.` : '';
  return `${main}${left}${pendingWords(result)}${trashWords(result, preview)}${also}${missing}`;
}

function trashWords({ trashRemoved }: GcResult, preview: boolean): string {
  if (trashRemoved === 0) return '';
  return ` ${countOf(trashRemoved, 'snapshot')} ${preview ? 'would leave' : 'left'} the trash for good.`;
}

function leftWords({ leftChunks, leftBytes }: GcResult): string {
  if (leftChunks === 0) return '';
  return ` Stopped at the end of the window; ${formatBytes(leftBytes)} in ${countOf(leftChunks, 'chunk')} left.`;
}

/** The outcome of a run whose window ended before it knew what could go. */
export const STOPPED_BEFORE = 'Stopped at the end of the window, before any chunk was removed.';

function pendingWords({ pendingChunks, pendingBytes, graceMinutes: minutes }: GcResult): string {
  if (pendingChunks === 0) return '';
  const grace = formatDuration(minutes * 60_000);
  return ` ${formatBytes(pendingBytes)} in ${countOf(pendingChunks, 'chunk')} will follow, ${grace} after the last use.`;
}
