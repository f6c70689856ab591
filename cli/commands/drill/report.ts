import { formatSnapshotPath } from '#domain/ids.ts';
import { defineCommand } from '../../command.ts';
import type { DrillView } from '../../connect/api.ts';
import type { Cells } from '../../print/cells.ts';
import type { Block, Field } from '../../print/record.ts';
import type { Column } from '../../print/table.ts';
import { argument, optionalArgument, wholeNumber } from '../../values.ts';

const LIMIT = 20;

export const command = defineCommand({
  about: 'Lists the newest reports, or shows one of them whole: a report has the id of its task.',
  examples: [
    'ironcore-backup drill report ibs-primary',
    'ironcore-backup drill report ibs-primary 3292910e-86a0-4b39-8a2c-1f1d2d3c4b5a --output json',
  ],
  arguments: {
    name: argument('<name>', 'Name of the datastore', { complete: 'datastore' }),
    id: optionalArgument('[id]', 'Only this report'),
  },
  options: { limit: wholeNumber('--limit <n>', `At most so many (default: ${LIMIT})`) },
  async run({ api, print }, { name, id, limit = LIMIT }) {
    const { drill } = await api();
    if (id !== undefined) {
      const report = await drill.get.query({ name, id });
      return print.record(report, () => blocks(report, print.cells));
    }
    const { reports, total } = await drill.list.query({ name, limit });
    await print.list(reports, columns(print.cells), 'No restore drill was run yet.');
    if (reports.length < total)
      print.say(`Only the newest ${reports.length} of ${total} are shown; --limit N shows more.`);
  },
});

function snapshotText({ namespace, type, backupId, time }: DrillView): string {
  return formatSnapshotPath({ namespace, type, id: backupId, time });
}

function columns(cells: Cells): Column<DrillView>[] {
  return [
    { header: 'ID', cell: ({ id }) => id, drop: 1 },
    { header: 'STATE', cell: (row) => stateCell(row) },
    { header: 'SNAPSHOT', cell: snapshotText, cut: 24 },
    { header: 'CHOICE', cell: ({ choice }) => choice, drop: 5 },
    { header: 'STARTED', cell: ({ startedAt }) => cells.when(startedAt), drop: 3 },
    { header: 'RESTORED IN', cell: ({ restoreMs }) => cells.duration(restoreMs), align: 'right', drop: 4 },
    { header: 'FILES', cell: ({ restoredFiles }) => cells.count(restoredFiles), align: 'right', drop: 6 },
    { header: 'SIZE', cell: ({ restoredBytes }) => cells.bytes(restoredBytes), align: 'right', drop: 2 },
  ];
}

function stateCell({ state }: DrillView) {
  return { text: state, tone: state === 'passed' ? ('good' as const) : ('bad' as const) };
}

function blocks(report: DrillView, cells: Cells): Block[] {
  const { id, choice, startedAt, finishedAt, restoreMs, restoredFiles, restoredBytes, hashes } = report;
  return [
    [
      ['Snapshot', `${snapshotText(report)}, ${choice === 'random' ? 'chosen at random' : 'named'}`],
      ['State', stateCell(report)],
      ['Restored', `${cells.count(restoredFiles)} files, ${cells.bytes(restoredBytes)}`],
      ['Restored in', cells.duration(restoreMs)],
      ['Hashes compared', cells.count(hashes)],
    ],
    report.problems.map((words): Field => ['Problem', { text: words, tone: 'bad' }]),
    [
      ['Id', id],
      ['Started', cells.moment(startedAt)],
      ['Ended', cells.moment(finishedAt)],
      ['Started by', report.createdBy],
    ],
  ];
}
