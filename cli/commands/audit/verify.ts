import { formatAnchor } from '#domain/audit-chain.ts';
import { countOf } from '#domain/units.ts';
import { defineCommand, UsageError } from '../../command.ts';
import { outcomeOf, waitOption } from '../../tasks/run-task.ts';
import { waitForTask } from '../../tasks/wait-for-task.ts';
import { text } from '../../values.ts';
import { verifyExport } from './verify-export.ts';

export const command = defineCommand({
  about:
    'Reads every row and recomputes its hash. Names the first one that was changed, removed or inserted, and fails ' +
    'with status 7. The anchor that it prints, kept elsewhere, proves later that nobody has made the whole chain anew.',
  examples: [
    'ironcore-backup audit verify',
    'ironcore-backup audit verify --expect 1234:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    'ironcore-backup audit verify --file audit.jsonl',
  ],
  options: {
    expect: text('--expect <anchor>', 'An anchor that was printed earlier, or its hash alone'),
    file: text('--file <file>', 'Check an export instead, without asking the server', { complete: 'file' }),
    ...waitOption,
  },
  async run(context, { expect, file, wait }) {
    const { print } = context;
    if (file !== undefined) {
      if (!wait) throw new UsageError('--no-wait is for the server; a file is checked here.');
      const { rows, last } = await verifyExport(file, expect ?? null, context.signal);
      const anchor = formatAnchor(last);
      const words = `${countOf(rows, 'row')}, all as they were written.`;
      return print.value({ rows, anchor }, () => [words, `Anchor: ${anchor}`]);
    }
    const api = await context.api();
    const { taskId } = await api.audit.verify.mutate({ expect: expect ?? null });
    if (!wait) return print.deed({ value: { taskId }, line: taskId, isResult: true });
    const task = await waitForTask(context, taskId);
    const { anchor = '' } = (task.result ?? {}) as { anchor?: string };
    await print.value(task, () => [outcomeOf(task), `Anchor: ${anchor}`]);
  },
});
