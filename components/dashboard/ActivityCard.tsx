import { formatCount } from '#domain/units.ts';
import { listTasksCommand } from '../commands/task-commands.ts';
import type { Overview } from '../trpc/views.ts';
import { Card } from '../ui/Card.tsx';
import { CommandHint } from '../ui/CommandHint.tsx';
import { cn } from '../ui/class-names.ts';
import { StatusGlyph } from '../ui/StatusGlyph.tsx';
import { TASK_LOOKS } from '../ui/status-looks.ts';
import { Table, Td, Th } from '../ui/table/Table.tsx';
import {
  ACTIVITY_COLUMNS,
  type ActivityColumn,
  type ActivityRow,
  prepareActivity,
} from './prepare-activity.ts';
import { TasksLink } from './TasksLink.tsx';

const COMMAND = listTasksCommand({ days: 1 });

/** How the tasks of the last 24 hours went, by what they did. */
export function ActivityCard({ activity }: { activity: Overview['activity'] }) {
  const rows = prepareActivity(activity);
  return (
    <Card
      flush
      className="@container"
      title="Last 24 hours"
      actions={<TasksLink query="days=1">All tasks</TasksLink>}
      footer={<CommandHint text={COMMAND} />}
    >
      {rows.length === 0 ? (
        <p className="px-4 pt-1 pb-4 text-muted">No task ran.</p>
      ) : (
        <Table>
          <thead>
            <tr>
              <Th>Task</Th>
              {ACTIVITY_COLUMNS.map((column) => (
                <Head key={column} column={column} />
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row key={row.title} row={row} />
            ))}
          </tbody>
        </Table>
      )}
    </Card>
  );
}

/** Shape and word; the word alone where it is narrow. */
function Head({ column }: { column: ActivityColumn }) {
  const { glyph, tone, word } = TASK_LOOKS[column];
  return (
    <Th align="end" className="px-1 @md:px-2">
      <span className="inline-flex items-center gap-1.5">
        <span className="hidden @md:inline">
          <StatusGlyph glyph={glyph === 'arc' ? 'clock' : glyph} tone={tone} />
        </span>
        {word}
      </span>
    </Th>
  );
}

function Row({ row }: { row: ActivityRow }) {
  return (
    <tr>
      <Td>{row.title}</Td>
      {ACTIVITY_COLUMNS.map((column) => (
        <Td key={column} align="end" className={cn('px-1 @md:px-2', toneOf(column, row.counts[column]))}>
          {formatCount(row.counts[column])}
        </Td>
      ))}
    </tr>
  );
}

function toneOf(column: ActivityColumn, count: number): string {
  if (count === 0) return 'text-muted';
  if (column === 'failed') return 'font-medium text-err';
  return column === 'warnings' ? 'font-medium text-warn' : '';
}
