import { KEEP_RULES, type KeepOptions, type KeepRule } from '#domain/retention.ts';
import { wholeNumber } from '../../values.ts';

/** The keep rules of a prune, with as many snapshots as each keeps. */
export const keepOptions = {
  last: wholeNumber('--keep-last <n>', 'Keep the newest so many', 0),
  hourly: wholeNumber('--keep-hourly <n>', 'Keep the newest of so many hours', 0),
  daily: wholeNumber('--keep-daily <n>', 'Keep the newest of so many days', 0),
  weekly: wholeNumber('--keep-weekly <n>', 'Keep the newest of so many weeks, which begin on Monday', 0),
  monthly: wholeNumber('--keep-monthly <n>', 'Keep the newest of so many months', 0),
  yearly: wholeNumber('--keep-yearly <n>', 'Keep the newest of so many years', 0),
};

/** The rules among what was given, undefined when there is none, and the rest. */
export function splitKeep<Given extends { [Rule in KeepRule]?: number | undefined }>(
  given: Given,
): { keep: KeepOptions | undefined; rest: Omit<Given, KeepRule> } {
  const { last, hourly, daily, weekly, monthly, yearly, ...rest } = given;
  const keep: KeepOptions = { last, hourly, daily, weekly, monthly, yearly };
  return { keep: KEEP_RULES.some((rule) => keep[rule] !== undefined) ? keep : undefined, rest };
}
