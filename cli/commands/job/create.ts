import { jobNoun, NAMED_KINDS } from '#domain/job.ts';
import { defineCommand } from '../../command.ts';
import { requiredChoice, requiredText } from '../../values.ts';
import { datastoreArgument, jobOptions, jobWishes } from './job-options.ts';

export const command = defineCommand({
  about:
    'A datastore has one job of each kind, which datastore update changes. Prune and verification may have further ones,\n' +
    'each for a namespace: of a kind one runs at a time. Where two prunes look after the same snapshots, one stays only\n' +
    'while both keep it. Without --schedule a prune runs daily and a verification weekly.',
  examples: [
    'ironcore-backup job create ibs-primary --kind prune --job production --ns production --keep-daily 14 --keep-monthly 12',
    'ironcore-backup job create ibs-primary --kind prune --job scratch --schedule "*:0/30" --ns scratch --depth 0 --keep-last 3',
    'ironcore-backup job create ibs-primary --kind verify --job production --schedule "Sat 02:00" --ns production --budget 500',
  ],
  arguments: { datastore: datastoreArgument },
  options: {
    kind: requiredChoice('--kind <kind>', NAMED_KINDS, 'What it does'),
    job: requiredText('--job <name>', 'Its name: lower-case letters, digits, - and _'),
    ...jobOptions,
  },
  async run(context, { datastore, kind, job, ...given }) {
    const { common, where, keep, reads } = jobWishes(kind, given);
    const { createJob } = (await context.api()).datastore;
    const which = { name: datastore, job, ...common, ...where };
    const made = await (kind === 'prune'
      ? createJob.mutate({ kind, ...which, keep })
      : createJob.mutate({ kind, ...which, ...reads }));
    await context.print.done(made, `${datastore} has a ${jobNoun({ kind, name: job })} now.`);
  },
});
