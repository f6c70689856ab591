import { BackupError } from '#domain/errors.ts';
import { UsageError, type Value } from '../../command.ts';
import type { Api } from '../../connect/api.ts';
import { argument, severalArguments } from '../../values.ts';

const FULL = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const BEGINNING = /^[0-9a-f]{4}[0-9a-f-]{0,31}$/i;
const PAGE = 500;
const PAGES_MAX = 40;

const ABOUT = 'Task, by its id or the beginning of it';

export const taskArgument: Value<string> = argument('<id>', ABOUT, { complete: 'task' });
export const taskArguments: Value<string[]> = severalArguments('<ids...>', ABOUT, { complete: 'task' });

/** The whole id. The beginning of one is enough, from four digits on; the newest task it fits is meant. */
export async function findTaskId(api: Api, given: string): Promise<string> {
  if (FULL.test(given)) return given.toLowerCase();
  if (!BEGINNING.test(given)) {
    throw new UsageError(
      `${JSON.stringify(given)} is not the id of a task.`,
      'List them: ironcore-backup task list',
    );
  }
  const beginning = given.toLowerCase();
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const { tasks, cursor: next } = await api.task.list.query({ limit: PAGE, cursor });
    const found = tasks.filter((task) => task.id.startsWith(beginning));
    const [only] = found;
    if (only && found.length === 1) return only.id;
    if (only) throw new UsageError(`${found.length} tasks begin with ${given}.`, 'Give more of the id.');
    if (next === null) break;
    cursor = next;
  }
  throw new BackupError('TASK_NOT_FOUND', `There is no task that begins with ${given}.`, {
    hint: 'List them: ironcore-backup task list',
  });
}
