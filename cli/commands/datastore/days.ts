import { DAYS_KEPT, type DayLevel, dayWords } from '#domain/day.ts';
import { defineCommand } from '../../command.ts';
import type { DayView } from '../../connect/api.ts';
import type { Cells } from '../../print/cells.ts';
import type { Tone } from '../../print/style.ts';
import type { Column } from '../../print/table.ts';
import { argument, wholeNumber } from '../../values.ts';

const SHOWN = 30;

export const command = defineCommand({
  about:
    'One line a day, the newest first, by the clocks of the server: the worst that was seen of it, and how its tasks\n' +
    'ended. "none" is a day of which nothing is known. What ran on a day: ironcore-backup task list --day DAY',
  examples: [
    'ironcore-backup datastore days ibs-primary',
    'ironcore-backup datastore days ibs-primary --days 90',
  ],
  arguments: { name: argument('<name>', 'Name of the datastore', { complete: 'datastore' }) },
  options: {
    days: wholeNumber('--days <n>', `The last so many days, at most ${DAYS_KEPT} (default: ${SHOWN})`),
  },
  async run({ api, print }, { name, days = SHOWN }) {
    const found = await (await api()).datastore.days.query({ name, days });
    await print.list(found.days.toReversed(), dayColumns(print.cells), 'No day was asked for.');
  },
});

const TONES: Record<DayLevel, Tone | null> = {
  offline: 'bad',
  failures: 'bad',
  degraded: 'warn',
  resting: null,
  online: 'good',
  none: 'dim',
};

function dayColumns(cells: Cells): Column<DayView>[] {
  return [
    { header: 'DAY', cell: ({ day }) => day },
    { header: 'WORST', cell: ({ level }) => ({ text: level, tone: TONES[level] }) },
    { header: 'TASKS', cell: ({ tasks }) => cells.count(tasks), align: 'right', drop: 2 },
    { header: 'FAILED', cell: ({ failed }) => cells.count(failed), align: 'right', drop: 1 },
    { header: 'WHAT WAS SEEN', cell: dayWords, wrap: 24 },
  ];
}
