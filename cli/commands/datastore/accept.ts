import { agree } from '../../ask.ts';
import { defineCommand, UsageError } from '../../command.ts';
import { runTask, waitOption } from '../../tasks/run-task.ts';
import { argument, flag, requiredText } from '../../values.ts';

export const command = defineCommand({
  about:
    'For a datastore that is failed because a flush failed, once the cause is found and mended. Checks the chunks that\n' +
    'were written since the last good flush and sets damaged ones aside. To be surer, audit it with --deep first.',
  examples: ['ironcore-backup datastore accept ibs-primary --reason "Cable replaced, filesystem checked"'],
  arguments: { name: argument('<name>', 'Name of the datastore', { complete: 'datastore' }) },
  options: {
    reason: requiredText('--reason <text>', 'What you have looked at; it stays in the audit log'),
    yes: flag('-y, --yes', 'Do not ask'),
    ...waitOption,
  },
  async run(context, { name, reason, yes = false, wait }) {
    const api = await context.api();
    const { suspect } = await api.datastore.get.query({ name });
    if (suspect === null) throw new UsageError(`${name} does not wait to be accepted.`);
    await agree(context, yes, [`${name} is not trusted: ${suspect}`], `Trust ${name} again?`);
    await runTask(context, wait, () => api.datastore.accept.mutate({ name, reason }));
  },
});
