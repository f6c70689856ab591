import { formatCount } from '#domain/units.ts';
import { type Context, UsageError } from '../../command.ts';
import type { Api, TaskCause } from '../../connect/api.ts';
import type { Cells } from '../../print/cells.ts';
import type { Cell, Column } from '../../print/table.ts';

type Wanted = Parameters<Api['task']['causes']['query']>[0] & { states?: readonly string[] | undefined };

/** Prints failures by cause, at most so many causes. */
export async function listCauses(
  { api, print }: Context,
  { states, ...filter }: Wanted,
  most: number | undefined,
): Promise<void> {
  if (states?.some((state) => state !== 'failed')) {
    throw new UsageError('Only failures have a cause.', 'Leave --state out, or say --state failed.');
  }
  const { causes, more } = await (await api()).task.causes.query(filter);
  const shown = causes.slice(0, most);
  await print.list(shown, causeColumns(print.cells), 'Nothing has failed.');
  if (more) print.say('Only the newest failures were looked at; --days or --kind narrows them.');
  if (shown.length < causes.length) print.say(`Only ${shown.length} causes are shown; --all shows the rest.`);
  const [first] = shown;
  if (first) print.say(`List its tasks: ironcore-backup task list --kind ${first.kind} --code ${first.code}`);
}

function causeColumns(cells: Cells): Column<TaskCause>[] {
  return [
    { header: 'TIMES', cell: (row) => formatCount(row.count), align: 'right' },
    { header: 'TASK', cell: (row) => row.title, drop: 3 },
    { header: 'CODE', cell: (row) => row.code },
    { header: 'SINCE', cell: (row) => cells.when(row.since), drop: 2 },
    { header: 'LAST', cell: (row) => cells.when(row.last), drop: 1 },
    { header: 'OPEN', cell: openOf },
    { header: 'OUTCOME', cell: ({ tasks: [newest] }) => newest?.outcome ?? '', cut: 16, drop: 4 },
  ];
}

/** What has not gone well since. */
function openOf({ open, works }: TaskCause): Cell {
  if (open === 0) return 'went well since';
  return { text: works === 1 ? 'yes' : `${formatCount(open)} of ${formatCount(works)}`, tone: 'bad' };
}
