import { defineCommand } from '../../command.ts';
import { argument, wholeNumber } from '../../values.ts';

export const command = defineCommand({
  about:
    'Schedules are calendar events as Proxmox Backup Server and systemd read them: hourly, daily, weekly, monthly, or\n' +
    'days, date and time. A zone may stand at the end; else they run in the time zone of the server.',
  examples: [
    'ironcore-backup schedule explain "Sun 05:00"',
    'ironcore-backup schedule explain "mon..fri 22:30 Europe/Berlin" --count 10',
    'ironcore-backup schedule explain "*-*-1 04:00" --output json',
  ],
  arguments: { text: argument('<schedule>', 'The schedule, in quotes') },
  options: { count: wholeNumber('--count <n>', 'How many of the next runs (default: 5)') },
  async run({ api, print }, { text, count }) {
    const meaning = await (await api()).schedule.explain.query({ text, count });
    const { schedule, words, zone, next } = meaning;
    const runs = next.map((at, index) => [index === 0 ? 'Next runs' : '', print.cells.moment(at)] as const);
    await print.record(meaning, () => [
      [
        ['Schedule', schedule],
        ['Meaning', words],
        ['Time zone', schedule === null ? null : zone],
      ],
      schedule !== null && runs.length === 0 ? [['Next runs', 'It is never due again.']] : runs,
    ]);
  },
});
