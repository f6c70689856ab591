import { type AuditFinding, AuditResult } from '#domain/audit.ts';
import { type Context, defineCommand } from '../../command.ts';
import type { TaskDetail } from '../../connect/api.ts';
import type { Tone } from '../../print/style.ts';
import type { Column } from '../../print/table.ts';
import { outcomeOf, runTask, waitOption } from '../../tasks/run-task.ts';
import { failureOf, waitForEnd } from '../../tasks/wait-for-task.ts';
import { argument, flag } from '../../values.ts';

const TONES: Record<AuditFinding['severity'], Tone> = { error: 'bad', warning: 'warn' };

const COLUMNS: Column<AuditFinding>[] = [
  { header: 'SEVERITY', cell: ({ severity }) => ({ text: severity, tone: TONES[severity] }) },
  { header: 'CODE', cell: (finding) => finding.code },
  { header: 'WHERE', cell: (finding) => finding.where },
  { header: 'WHAT', cell: (finding) => finding.what, wrap: 32 },
];

export const command = defineCommand({
  about:
    'Checks snapshots, indexes, chunks and records against each other. Fails with status 7 when something is broken.',
  examples: [
    'ironcore-backup datastore audit ibs-primary --deep',
    'ironcore-backup datastore audit ibs-primary --output json',
  ],
  arguments: { name: argument('<name>', 'Name of the datastore', { complete: 'datastore' }) },
  options: {
    deep: flag('--deep', 'Read every chunk and recompute its digest; a damaged one is set aside'),
    ...waitOption,
  },
  async run(context, { name, deep, wait }) {
    const api = await context.api();
    const start = () => api.datastore.audit.mutate({ name, deep });
    if (!wait) return runTask(context, wait, start);
    await showAudit(context, await waitForEnd(context, (await start()).taskId));
  },
});

/** The findings are the result, also when they make the task fail. Without them it failed for another reason. */
async function showAudit({ print }: Context, task: TaskDetail): Promise<void> {
  const { data: report } = AuditResult.safeParse(task.result);
  const failed = task.state === 'failed' || task.state === 'cancelled';
  if (report) {
    const table = report.findings.length > 0 ? print.table(report.findings, COLUMNS) : [];
    await print.value(task, () => [...table, ...(failed ? [] : [outcomeOf(task)])]);
  }
  if (failed) throw failureOf(task);
}
