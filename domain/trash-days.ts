import { z } from 'zod';

/** How long removed snapshots can be restored. */

export const TRASH_DAYS_DEFAULT = 1;
export const TRASH_DAYS_MAX = 365;

/** 0 removes for good at once. */
export const TrashDaysInput = z
  .number()
  .int('Whole days.')
  .min(0, 'At least 0 days.')
  .max(TRASH_DAYS_MAX, `At most ${TRASH_DAYS_MAX} days.`);
