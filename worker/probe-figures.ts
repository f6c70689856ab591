import { sql } from 'drizzle-orm';
import type { ProbeResult } from '#engine/probe/probe-place.ts';

/** What a probe says of the record of a datastore. */
export function figuresOf({ reachable, steps, capacity }: ProbeResult, probeMisses: number) {
  return {
    ...{ lastProbeAt: sql`now()`, probeMisses, probeSteps: steps },
    ...(reachable ? { lastGoodProbeAt: sql`now()` } : {}),
    ...(capacity
      ? {
          totalBytes: capacity.totalBytes,
          availableBytes: capacity.availableBytes,
          usedBytes: capacity.usedBytes,
          inodesTotal: capacity.inodes?.total ?? null,
          inodesAvailable: capacity.inodes?.available ?? null,
        }
      : {}),
  };
}

/** After a working state that is what the kernel does when the disk fails. */
export function isReadOnlyMount({ writable, reason }: ProbeResult): boolean {
  return !writable && reason.includes('mounted read-only');
}
