/** What the program `rates.ts` prints. */

export const RATES = ['SHA-256', 'zstd level 1', 'zstd level 3', 'zstd decompress'] as const;

export interface Rates {
  threads: number;
  mbPerSecond: Record<(typeof RATES)[number], number>;
  /** Size of what zstd level 1 makes of it, as a share. */
  packed: number;
}
