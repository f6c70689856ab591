/** How full a datastore is, and from when on that matters. */

/** Shares of the capacity at which it is told; bars mark them. */
export const USAGE_TICKS = [0.8, 0.9, 0.95] as const;

export interface Capacity {
  usedBytes: number | null;
  /** What a datastore may still use: without what the filesystem keeps for root. */
  availableBytes: number | null;
}

/** Used ÷ what can be used, as df says it; null when either is not known. */
export function usedShare({ usedBytes, availableBytes }: Capacity): number | null {
  if (usedBytes === null || availableBytes === null || usedBytes + availableBytes === 0) return null;
  return usedBytes / (usedBytes + availableBytes);
}

/** Null while there is room enough. */
export function usageSeverity(share: number): 'warn' | 'bad' | null {
  if (share >= USAGE_TICKS[2]) return 'bad';
  return share >= USAGE_TICKS[0] ? 'warn' : null;
}
