import { countOf, formatBytes } from '#domain/units.ts';
import { agree, confirmName } from '../../ask.ts';
import { type Context, defineCommand, UsageError } from '../../command.ts';
import type { DatastoreDetail } from '../../connect/api.ts';
import { runTask, waitOption } from '../../tasks/run-task.ts';
import { argument, flag, text } from '../../values.ts';

export const command = defineCommand({
  about:
    'Without --destroy-data only the configuration goes: the data stays where it is and can be adopted again.\n' +
    'With it every snapshot and chunk goes, for good. That asks for the name, or takes it from --yes-destroy.',
  examples: [
    'ironcore-backup datastore remove ibs-primary',
    'ironcore-backup datastore remove ibs-primary --yes',
    'ironcore-backup datastore remove ibs-primary --destroy-data --dry-run',
    'ironcore-backup datastore remove ibs-primary --destroy-data --yes-destroy ibs-primary',
  ],
  arguments: { name: argument('<name>', 'Name of the datastore', { complete: 'datastore' }) },
  options: {
    destroyData: flag('--destroy-data', 'Also destroy every backup in it'),
    yesDestroy: text('--yes-destroy <name>', 'Do not ask: the name of what is to be destroyed', {
      complete: 'datastore',
    }),
    yes: flag('-y, --yes', 'Do not ask before removing the configuration'),
    dryRun: flag('--dry-run', 'Only say what would go'),
    ...waitOption,
  },
  async run(context, { name, destroyData = false, yesDestroy, yes = false, dryRun, wait }) {
    const api = await context.api();
    const datastore = await api.datastore.get.query({ name });
    const goes = whatGoes(datastore, destroyData);
    if (dryRun) return context.print.value({ datastore, destroyData }, () => goes);
    if (destroyData) await agreeToDestroy(context, datastore, goes, yesDestroy);
    else await agree(context, yes, goes, `Remove ${name}?`);
    await runTask(context, wait, () => api.datastore.remove.mutate({ name, destroyData }));
  },
});

function whatGoes(datastore: DatastoreDetail, destroyData: boolean): string[] {
  const { name, path, snapshotCount, groupCount, logicalBytes, chunkBytes } = datastore;
  const content = `${countOf(snapshotCount, 'snapshot')} in ${countOf(groupCount, 'group')}`;
  const chunks = chunkBytes === null ? 'and all chunks' : `${formatBytes(chunkBytes)} of chunks`;
  const sizes = `${formatBytes(logicalBytes)} of backups, ${chunks}`;
  return destroyData
    ? [`Goes: ${name} with ${content} in ${path} (${sizes}). Nothing brings them back.`]
    : [
        `Goes: the configuration of ${name}, and the grants on it.`,
        `Stays: ${content} in ${path}. "ironcore-backup datastore adopt" brings them back.`,
      ];
}

async function agreeToDestroy(
  context: Context,
  { name }: DatastoreDetail,
  goes: string[],
  yesDestroy: string | undefined,
): Promise<void> {
  if (yesDestroy === name) return;
  if (yesDestroy !== undefined) {
    throw new UsageError(`--yes-destroy names ${yesDestroy}, but ${name} is to be destroyed.`);
  }
  if (!context.terminal.canAsk) {
    throw new UsageError('Nobody is here to agree.', `To destroy the data, add --yes-destroy ${name}.`);
  }
  await confirmName(context, goes, name);
}
