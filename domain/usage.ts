/** How full a datastore is, and from when on that matters. */

/** Shares of the capacity at which it is told; bars mark them. */
export const USAGE_TICKS = [0.8, 0.9, 0.95] as const;

export interface Capacity {
  usedBytes: number | null;
  totalBytes: number | null;
}

/** Used ÷ size; null when either is not known. */
export function usedShare({ usedBytes, totalBytes }: Capacity): number | null {
  return usedBytes === null || !totalBytes ? null : usedBytes / totalBytes;
}

/** Null while there is room enough. */
export function usageSeverity(share: number): 'warn' | 'bad' | null {
  if (share >= USAGE_TICKS[2]) return 'bad';
  return share >= USAGE_TICKS[0] ? 'warn' : null;
}
