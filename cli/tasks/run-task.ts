import type { Context } from '../command.ts';
import type { TaskDetail } from '../connect/api.ts';
import type { Deed } from '../print/printer.ts';
import { visible } from '../print/visible-text.ts';
import { switchedOff } from '../values.ts';
import { waitForTask } from './wait-for-task.ts';

/** The option of every command that starts a task. */
export const waitOption = {
  wait: switchedOff('--no-wait', 'Print the id of the task and return at once'),
};

type Start = () => Promise<{ taskId: string }>;

/** Starts a task, waits for it and prints its outcome; or prints its id when nobody wants to wait. */
export async function runTask(context: Context, wait: boolean, start: Start): Promise<void> {
  await context.print.deed(await deedOf(context, wait, start));
}

/** The same for several, one after the other. */
export async function runTasks(context: Context, wait: boolean, starts: readonly Start[]): Promise<void> {
  await context.print.deeds(
    (async function* () {
      for (const start of starts) yield await deedOf(context, wait, start);
    })(),
  );
}

async function deedOf(context: Context, wait: boolean, start: Start): Promise<Deed> {
  const { taskId } = await start();
  if (!wait) return { value: { taskId }, line: taskId, isResult: true };
  const task = await waitForTask(context, taskId);
  return { value: task, line: outcomeOf(task) };
}

/** One sentence of what came out. */
export function outcomeOf(task: TaskDetail): string {
  return visible(task.outcome ?? `${task.title} ${task.subject}: ${task.state}.`);
}
