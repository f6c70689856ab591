import type { TaskView } from '../../connect/api.ts';
import type { Cells } from '../../print/cells.ts';
import type { Column } from '../../print/table.ts';

/** How long it took, or has taken so far; null before it starts. */
export function durationMs(task: TaskView, now: number): number | null {
  if (!task.startedAt) return null;
  return (task.finishedAt?.getTime() ?? now) - task.startedAt.getTime();
}

/** For people the beginning of an id is enough, since every command takes it; what is kept has all of it. */
const SHORT_ID = 8;

/** `now` in ms since 1970. */
export function taskColumns(cells: Cells, now: number): Column<TaskView>[] {
  return [
    { header: 'ID', cell: (row) => (cells.relative ? row.id.slice(0, SHORT_ID) : row.id) },
    { header: 'STATE', cell: (row) => cells.state(row.state) },
    { header: 'TASK', cell: (row) => row.title, drop: 1 },
    { header: 'SUBJECT', cell: (row) => row.subject, cut: 24 },
    { header: 'STARTED', cell: (row) => cells.when(row.startedAt ?? row.createdAt), drop: 2 },
    { header: 'DURATION', cell: (row) => cells.duration(durationMs(row, now)), align: 'right', drop: 4 },
    {
      header: 'USUALLY',
      cell: (row) => cells.duration(row.usualMs),
      align: 'right',
      drop: 6,
      hideEmpty: true,
    },
    { header: 'BY', cell: (row) => row.createdBy, drop: 5 },
    { header: 'OUTCOME', cell: (row) => row.outcome ?? '', cut: 12, drop: 3, hideEmpty: true },
  ];
}
