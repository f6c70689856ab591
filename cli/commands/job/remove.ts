import { jobNoun, NAMED_KINDS } from '#domain/job.ts';
import { agree } from '../../ask.ts';
import { defineCommand } from '../../command.ts';
import { flag, requiredChoice, requiredText } from '../../values.ts';
import { datastoreArgument, versionOption } from './job-options.ts';

export const command = defineCommand({
  about:
    'Removes no backup, and a run that is on its way goes on. The job without a name stays: set its schedule to none instead.\n' +
    'Asks before it begins; without a terminal it needs --yes.',
  examples: ['ironcore-backup job remove ibs-primary --kind prune --job production --yes'],
  arguments: { datastore: datastoreArgument },
  options: {
    kind: requiredChoice('--kind <kind>', NAMED_KINDS, 'What it does'),
    job: requiredText('--job <name>', 'Its name', { complete: 'job' }),
    yes: flag('-y, --yes', 'Do not ask'),
    version: versionOption,
  },
  async run(context, { datastore, kind, job, yes = false, version }) {
    const noun = jobNoun({ kind, name: job });
    await agree(context, yes, [], `Remove the ${noun} from ${datastore}?`);
    const removed = await (await context.api()).datastore.removeJob.mutate({
      name: datastore,
      kind,
      job,
      version,
    });
    await context.print.done(removed, `${datastore} has no ${noun} any more.`);
  },
});
