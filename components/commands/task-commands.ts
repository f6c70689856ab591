import type { TaskListInput } from '../trpc/views.ts';
import type { CommandForm } from '../ui/CommandLine.tsx';
import { cliCommand, commandForms } from './command-text.ts';

/** The commands that do what the task pages do. */

export function listTasksCommand(filter: TaskListInput, groupBy?: 'cause'): string {
  return cliCommand(['task', 'list'], {
    datastore: filter.datastore,
    state: filter.states,
    kind: filter.kinds,
    by: filter.createdBy,
    search: filter.search,
    code: filter.code,
    days: filter.days,
    day: filter.day,
    'group-by': groupBy,
  }).replaceAll(' \\\n ', '');
}

export function taskLogCommand(id: string, follow: boolean): string {
  return cliCommand(['task', 'log', id], { follow });
}

export function retryCommand(id: string): string {
  return cliCommand(['task', 'retry', id]);
}

export function cancelCommands(id: string): CommandForm[] {
  return commandForms(cliCommand(['task', 'cancel', id]), 'task.cancel', { id });
}
