import { TASK_KINDS, TASK_STATES, type TaskKind } from '#domain/task.ts';
import { defineCommand } from '../../command.ts';
import type { Api, TaskView } from '../../connect/api.ts';
import { choice, choices, flag, text, wholeNumber } from '../../values.ts';
import { requireDatastore } from '../require-place.ts';
import { listCauses } from './list-causes.ts';
import { taskColumns } from './task-columns.ts';

const LIMIT = 50;
const PAGE_MAX = 500;
/** What failures can be put together by. */
const GROUPS = ['cause'] as const;
const KINDS = Object.keys(TASK_KINDS) as TaskKind[];

export const command = defineCommand({
  examples: [
    'ironcore-backup task list',
    'ironcore-backup task list --state failed --days 7',
    'ironcore-backup task list --datastore ibs-primary --kind backup --all',
    'ironcore-backup task list --search vm/100',
    'ironcore-backup task list --group-by cause --days 7',
    'ironcore-backup task list --day 2026-11-27 --datastore ibs-primary',
  ],
  options: {
    datastore: text('--datastore <name>', 'Only on this datastore', { complete: 'datastore' }),
    states: choices('--state <state>', TASK_STATES, 'Only in this state; may be repeated'),
    kinds: choices('--kind <kind>', KINDS, 'Only of this kind; may be repeated'),
    createdBy: text('--by <principal>', 'Only started by this user or token', { complete: 'principal' }),
    search: text('--search <text>', 'Only where title, object, starter or result contain it'),
    code: text('--code <code>', 'Only what failed with this error code'),
    days: wholeNumber('--days <n>', 'Only of the last so many days'),
    day: text('--day <date>', 'Only what ran on this day, such as 2026-11-27, by the clocks of the server'),
    groupBy: choice('--group-by <what>', GROUPS, 'Failures alone: of one kind and with one code together'),
    limit: wholeNumber('--limit <n>', `At most so many (default: ${LIMIT})`),
    all: flag('--all', 'All of them'),
  },
  async run(context, { limit, all, groupBy, ...filter }) {
    const { print, clock } = context;
    if (groupBy === 'cause') return listCauses(context, filter, all ? undefined : (limit ?? LIMIT));
    const most = all ? Number.POSITIVE_INFINITY : (limit ?? LIMIT);
    const api = await context.api();
    const { tasks, more } = await readTasks(api, filter, most);
    if (tasks.length === 0 && filter.datastore !== undefined) await requireDatastore(api, filter.datastore);
    const isFiltered = Object.values(filter).some((value) => value !== undefined);
    const empty = isFiltered ? 'No task matches.' : 'Nothing was done yet.';
    await print.list(tasks, taskColumns(print.cells, clock.now()), empty);
    if (more) print.say(`Only the newest ${tasks.length} are shown; --all or --limit N shows more.`);
  },
});

type Filter = Omit<Parameters<Api['task']['list']['query']>[0], 'limit' | 'cursor'>;

export async function readTasks(
  api: Api,
  filter: Filter,
  most: number,
): Promise<{ tasks: TaskView[]; more: boolean }> {
  const tasks: TaskView[] = [];
  let cursor: string | undefined;
  do {
    const limit = Math.min(PAGE_MAX, most - tasks.length);
    const page = await api.task.list.query({ ...filter, limit, cursor });
    tasks.push(...page.tasks);
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined && tasks.length < most);
  return { tasks, more: cursor !== undefined };
}
