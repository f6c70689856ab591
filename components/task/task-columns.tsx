import { taskObject } from '#domain/task-object.ts';
import { formatDuration } from '#domain/units.ts';
import type { TaskView } from '../trpc/views.ts';
import { TaskStateBadge } from '../ui/StatusBadge.tsx';
import { type Column, tableSpec } from '../ui/table/columns.ts';
import { AbsoluteTime, ZoneName } from '../ui/time/AbsoluteTime.tsx';
import { RelativeTime } from '../ui/time/RelativeTime.tsx';
import { useNow } from '../ui/time/TimeProvider.tsx';
import { Unknown } from '../ui/Unknown.tsx';
import { TASK_FILTER_IDS } from './task-question.ts';
import { durationWords, isUnusual, resultWords, taskDurationMs, usualWords } from './task-words.ts';

export const TASK_COLUMNS: Column<TaskView>[] = [
  { id: 'task', header: 'Task', cell: (row) => row.title },
  { id: 'state', header: 'State', cell: (row) => <TaskStateBadge state={row.state} /> },
  {
    id: 'object',
    header: 'Object',
    cell: (row) => (
      <span
        className="block max-w-44 truncate font-mono min-[1400px]:max-w-64 text-small"
        title={row.subject}
      >
        {taskObject(row)}
      </span>
    ),
  },
  { id: 'by', header: 'Started by', cell: (row) => row.createdBy },
  {
    id: 'started',
    header: 'Started',
    cell: (row) => (
      <span className="whitespace-nowrap">
        <RelativeTime at={(row.startedAt ?? row.createdAt).getTime()} />
      </span>
    ),
  },
  {
    id: 'startedAt',
    header: 'Started at',
    headerNote: <ZoneName />,
    hiddenByDefault: true,
    cell: (row) => <AbsoluteTime at={(row.startedAt ?? row.createdAt).getTime()} />,
  },
  { id: 'duration', header: 'Duration', align: 'end', cell: (row) => <TaskDuration task={row} stacked /> },
  {
    id: 'result',
    header: 'Result',
    cell: (row) => (
      <span
        title={resultWords(row)}
        className="my-1 line-clamp-2 min-w-40 min-[1400px]:min-w-56 max-w-120 wrap-anywhere text-muted"
      >
        {resultWords(row)}
      </span>
    ),
  },
];

/** Newest first, as the server has them. */
export const TASK_TABLE = tableSpec(TASK_COLUMNS, { filterIds: TASK_FILTER_IDS });

interface TaskDurationProps {
  task: TaskView;
  /** What is usual stands below, and only where it tells something: in a list of many. */
  stacked?: boolean;
}

/** Counts on while the task runs; with what is usual, once that is known. */
export function TaskDuration({ task, stacked = false }: TaskDurationProps) {
  const now = useNow();
  const durationMs = taskDurationMs(task, now);
  if (durationMs === null) return <Unknown reason="It has not started yet" />;
  if (!stacked) {
    return <span className="whitespace-nowrap">{durationWords(durationMs, task.usualMs)}</span>;
  }
  return (
    <span className="grid py-0.5 whitespace-nowrap">
      {formatDuration(durationMs)}
      {isUnusual(task, durationMs) && <span className="text-small text-muted">{usualWords(task)}</span>}
    </span>
  );
}
