import type { SparkPoint } from './prepare-sparkline.ts';

const BUCKET_MS = 15 * 60_000;

/** Values of equal stretches of time, the last one ending at `at`, as points for a sparkline. */
export function sparkPoints(
  values: readonly (number | null)[],
  at: number,
  bucketMs = BUCKET_MS,
): SparkPoint[] {
  return values.map((value, index) => ({ at: at - (values.length - 1 - index) * bucketMs, value }));
}
