import { parseSchedule, parseWindow } from '#domain/schedule.ts';
import { parsedOption } from '../../values.ts';
import { keepOptions } from './keep-options.ts';

const schedule = (flag: string, what: string) =>
  parsedOption(`${flag} <schedule>`, `When ${what}, such as "Sun 05:00"; none for by hand only`, (given) =>
    parseSchedule(given),
  );

/** What a datastore does by itself; asked alike when it is made and when it is changed. */
export const scheduleOptions = {
  gcSchedule: schedule('--gc-schedule', 'garbage is collected'),
  gcWindow: parsedOption(
    '--gc-window <window>',
    'Begin collections only in this part of the day, such as 22:00-06:00; none for any',
    (given) => parseWindow(given),
  ),
  verifySchedule: schedule('--verify-schedule', 'chunks are read again and checked'),
  drillSchedule: schedule('--drill-schedule', 'a random snapshot is restored as a drill'),
  pruneSchedule: schedule('--prune-schedule', 'snapshots are pruned by the keep rules'),
  ...keepOptions,
};
