import type { SnapshotRef } from '#domain/ids.ts';
import type { ObjectBackend } from '../backends/backend.ts';
import { parseFileKey } from '../hierarchy/layout.ts';
import { isFinished } from '../hierarchy/snapshots.ts';
import type { Cutoffs } from './sweep-rule.ts';

/** Whether a snapshot was finished as far as anybody else has written down; then its manifest was lost. */
export type WasFinished = (snapshot: SnapshotRef) => Promise<boolean>;

/**
 * Whether an index that cannot be read is what a crash has left of a backup: its snapshot has no manifest and never was
 * known as finished, so nobody was told that it is safe, and nothing has changed the index within the grace. Any other one
 * has to stop a collection.
 */
export async function isAbandoned(
  backend: ObjectBackend,
  key: string,
  { keepSince }: Cutoffs,
  wasFinished: WasFinished | null,
): Promise<boolean> {
  const snapshot = parseFileKey(key)?.snapshot;
  if (!snapshot) return false;
  const stat = await backend.stat(key);
  if (!stat || stat.modifiedAt >= keepSince) return false;
  if (await isFinished(backend, snapshot)) return false;
  return !(await wasFinished?.(snapshot));
}
