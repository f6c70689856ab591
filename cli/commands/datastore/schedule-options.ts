import { parseSchedule, parseWindow } from '#domain/schedule.ts';
import { onOrOff, parsedOption, wholeNumber, wholeNumberOrNone } from '../../values.ts';
import { keepOptions } from './keep-options.ts';

const schedule = (flag: string, what: string) =>
  parsedOption(`${flag} <schedule>`, `When ${what}, such as "Sun 05:00"; none for by hand only`, (given) =>
    parseSchedule(given),
  );

const startsIn = (flag: string, what: string) =>
  parsedOption(`${flag} <window>`, `Start ${what} only in this part of the day; none for any`, (given) =>
    parseWindow(given),
  );

/** What a datastore does by itself; asked alike when it is made and when it is changed. */
export const scheduleOptions = {
  gcSchedule: schedule('--gc-schedule', 'garbage is collected'),
  gcWindow: parsedOption(
    '--gc-window <window>',
    'Collect garbage only in this part of the day, such as 22:00-06:00; none for any',
    (given) => parseWindow(given),
  ),
  gcGraceMinutes: wholeNumber('--gc-grace-minutes <n>', 'Keep what was used within so many minutes', 0),
  gcStopPercent: wholeNumberOrNone(
    '--gc-stop-percent <n>',
    'Stop a collection by schedule that would remove more than so many percent of what is stored',
  ),
  verifySchedule: schedule('--verify-schedule', 'chunks are read again and checked'),
  verifyWindow: parsedOption(
    '--verify-window <window>',
    'Verify only in this part of the day; what is left goes on in the next one; none for any',
    (given) => parseWindow(given),
  ),
  verifyOutdatedAfterDays: wholeNumberOrNone(
    '--verify-outdated-after <days>',
    'By schedule, read again what was found sound longer ago',
    { atLeast: 0, none: 'never' },
  ),
  verifyBudgetBytes: wholeNumberOrNone('--verify-budget <gib>', 'By schedule, end after so many GiB', {
    times: 1024 ** 3,
  }),
  verifyNew: onOrOff('--verify-new <state>', 'Verify each backup when it is finished'),
  drillSchedule: schedule('--drill-schedule', 'a random snapshot is restored as a drill'),
  drillWindow: startsIn('--drill-window', 'a drill'),
  trashDays: wholeNumber(
    '--trash-days <n>',
    'Keep removed snapshots in the trash for so many days; 0 for none',
    0,
  ),
  pruneSchedule: schedule('--prune-schedule', 'snapshots are pruned by the keep rules'),
  pruneWindow: startsIn('--prune-window', 'a prune'),
  ...keepOptions,
};
