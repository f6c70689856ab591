import type { DatastoreStatus, ProbeStep } from '#domain/datastore.ts';
import { BackupError } from '#domain/errors.ts';
import { type Context, defineCommand } from '../../command.ts';
import type { TaskDetail } from '../../connect/api.ts';
import type { Tone } from '../../print/style.ts';
import type { Column } from '../../print/table.ts';
import { outcomeOf, runTask, waitOption } from '../../tasks/run-task.ts';
import { waitForTask } from '../../tasks/wait-for-task.ts';
import { argument, flag } from '../../values.ts';

/** What the task leaves as its result. */
interface ProbeResult {
  status: DatastoreStatus;
  steps: ProbeStep[];
}

const TONES: Record<ProbeStep['outcome'], Tone> = { ok: 'good', warning: 'warn', failed: 'bad' };

const COLUMNS: Column<ProbeStep>[] = [
  { header: 'STEP', cell: (step) => step.name },
  { header: 'OUTCOME', cell: (step) => ({ text: step.outcome, tone: TONES[step.outcome] }) },
  { header: 'TIME', cell: (step) => `${step.ms.toFixed(1)} ms`, align: 'right' },
  { header: 'DETAIL', cell: (step) => step.detail, wrap: 24 },
];

export const command = defineCommand({
  about: 'Fails with status 6 when the datastore cannot be used afterwards.',
  examples: ['ironcore-backup datastore probe ibs-primary'],
  arguments: { name: argument('<name>', 'Name of the datastore', { complete: 'datastore' }) },
  options: {
    acceptMount: flag('--accept-mount', 'Record the filesystem that is mounted there now as the right one'),
    ...waitOption,
  },
  async run(context, { name, acceptMount, wait }) {
    const api = await context.api();
    const start = () => api.datastore.probe.mutate({ name, acceptMount });
    if (!wait) return runTask(context, wait, start);
    await showProbe(context, await waitForTask(context, (await start()).taskId));
  },
});

async function showProbe({ print }: Context, task: TaskDetail): Promise<void> {
  // The result of this kind of task is written by one handler, in this form.
  const { status, steps } = task.result as ProbeResult;
  const outcome = outcomeOf(task);
  const isUsable = status !== 'offline' && status !== 'failed';
  await print.value(task, () => [...print.table(steps, COLUMNS), ...(isUsable ? [outcome] : [])]);
  if (isUsable) return;
  throw new BackupError('DATASTORE_OFFLINE', outcome, { hint: 'The steps above tell where it failed.' });
}
