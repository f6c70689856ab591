import type { Context } from '../../command.ts';
import { outcomeOf } from '../../tasks/run-task.ts';
import { waitForTask } from '../../tasks/wait-for-task.ts';
import { shownUse, useLines } from './use-text.ts';

interface PreviewWish {
  name: string;
  namespace?: string | undefined;
  graceMinutes: number | undefined;
  wait: boolean;
}

/** Tells what a collection would free, and which namespaces, groups and snapshots hold the most; removes nothing. */
export async function previewGc(
  context: Context,
  { name, namespace, graceMinutes, wait }: PreviewWish,
): Promise<void> {
  const api = await context.api();
  const { taskId } = await api.datastore.gcPreview.mutate({ name, graceMinutes });
  if (!wait) return context.print.deed({ value: { taskId }, line: taskId, isResult: true });
  const task = await waitForTask(context, taskId);
  const use = await api.datastore.topUse.query({ name, namespace });
  await context.print.value({ ...task, use: shownUse(name, use) }, () => [
    outcomeOf(task),
    ...useLines(use, context.print),
  ]);
}
