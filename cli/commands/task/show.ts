import { isFinal } from '#domain/task.ts';
import { countOf } from '#domain/units.ts';
import { defineCommand } from '../../command.ts';
import type { TaskDetail } from '../../connect/api.ts';
import type { Cells } from '../../print/cells.ts';
import type { Block } from '../../print/record.ts';
import { progressParts } from '../../tasks/progress-text.ts';
import { durationMs } from './task-columns.ts';
import { findTaskId, taskArgument } from './task-id.ts';

export const command = defineCommand({
  examples: ['ironcore-backup task show 3292910e'],
  arguments: { id: taskArgument },
  async run({ api, print, clock }, { id }) {
    const client = await api();
    const task = await client.task.get.query({ id: await findTaskId(client, id) });
    await print.record(task, () => blocks(task, print.cells, clock.now()));
    if (task.logLines > 0)
      print.say(`Its log has ${countOf(task.logLines, 'line')}: ironcore-backup task log ${task.id}`);
  },
});

function blocks(task: TaskDetail, cells: Cells, now: number): Block[] {
  const usual = task.usualMs === null ? '' : `, usually ${cells.duration(task.usualMs)}`;
  const running = !isFinal(task.state);
  return [
    [
      ['Task', `${task.title} ${task.subject}`],
      ['State', cells.state(task.state)],
      ['Outcome', task.outcome],
      ['Hint', task.error?.hint ?? null],
      ['Error code', task.error?.code ?? null],
      ['Warnings', task.warnings > 0 ? { text: cells.count(task.warnings), tone: 'warn' } : null],
      ['Progress', running ? progressParts(task.progress, task.state).join(', ') : null],
      ['Cancelling', running && task.cancelRequestedAt ? cells.moment(task.cancelRequestedAt) : null],
    ],
    [
      ['Id', task.id],
      ['Kind', task.kind],
      ['Datastore', task.datastore],
      ['Started by', task.createdBy],
      ['Asked for', cells.moment(task.createdAt)],
      ['Started', cells.moment(task.startedAt)],
      ['Ended', running ? null : cells.moment(task.finishedAt)],
      ['Duration', `${cells.duration(durationMs(task, now))}${usual}`],
      ['Attempt', task.attempt > 1 ? cells.count(task.attempt) : null],
    ],
  ];
}
