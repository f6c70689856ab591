import { setTimeout } from 'node:timers/promises';

/** What comes of work on storage, or null when it takes longer than it may on storage that does not hang. */
export function answered<T>(work: Promise<T>): Promise<T | null> {
  return Promise.race([work, setTimeout(PATIENCE_MS, null, { ref: false })]);
}

export const PATIENCE_MS = 10_000;
