import { z } from 'zod';

/** What a collection or a verification is told: asked alike of one run, of a job, and together with a datastore. */

const GRACE_MAX_MINUTES = 30 * 24 * 60;

export const GraceMinutes = z
  .number()
  .int('Whole minutes.')
  .min(0, 'At least 0 minutes.')
  .max(GRACE_MAX_MINUTES, 'At most 30 days.');

/** Stop before anything is removed when more than so many percent of what is stored would go; null for no limit. */
export const StopPercent = z
  .number()
  .int('Whole percent.')
  .min(1, 'At least 1 %.')
  .max(100, 'At most 100 %.')
  .nullable();

/**
 * A snapshot that was found sound is read again after so many days; 0 always, null never. One that was found damaged, or
 * was never looked at, is always read.
 */
export const OutdatedAfterDays = z.number().int().min(0).max(3650).nullable();

/** Begin no further snapshot once so many bytes were read, those first that were not looked at for longest. */
export const BudgetBytes = z.number().int().positive().nullable();

/** When a run has to end, in ms since 1970: the end of the window that a schedule started it in. Null: at no time. */
export const Until = z.number().int().nullable().default(null);
