import { DEFAULT_JOB, JOB_KINDS, type JobKind, jobNoun } from '#domain/job.ts';
import { defineCommand, UsageError } from '../../command.ts';
import { requiredChoice, text } from '../../values.ts';
import { datastoreArgument, jobOptions, jobWishes } from './job-options.ts';

export const command = defineCommand({
  about:
    'What is not named stays as it is; of the keep rules 0 takes one away. Without --job it changes the one of that kind\n' +
    'which every datastore has. The change starts nothing by itself.',
  examples: [
    'ironcore-backup job update ibs-primary --kind prune --job production --schedule "daily 04:00" --keep-weekly 8',
    'ironcore-backup job update ibs-primary --kind prune --ns "" --depth none',
    'ironcore-backup job update ibs-primary --kind verify --job production --window 22:00-06:00 --budget none',
  ],
  arguments: { datastore: datastoreArgument },
  options: {
    kind: requiredChoice('--kind <kind>', JOB_KINDS, 'What it does'),
    job: text('--job <name>', 'Its name (default: the one without a name)', { complete: 'job' }),
    ...jobOptions,
  },
  async run(context, { datastore, kind, job = DEFAULT_JOB, ...given }) {
    const { version, ...wishes } = given;
    if (Object.values(wishes).every((value) => value === undefined)) {
      throw new UsageError('There is nothing to change.', 'Give --schedule, --ns or another option.');
    }
    const change = changeOf(datastore, kind, job, given);
    const changed = await (await context.api()).datastore.updateJob.mutate(change);
    await context.print.done(changed, `The ${jobNoun({ kind, name: job })} on ${datastore} changed.`);
  },
});

function changeOf(name: string, kind: JobKind, job: string, given: Parameters<typeof jobWishes>[1]) {
  const { common, where, keep, reads } = jobWishes(kind, given);
  const which = { name, ...common };
  switch (kind) {
    case 'prune':
      return { kind, job, ...which, ...where, keep };
    case 'verify':
      return { kind, job, ...which, ...where, ...reads };
    case 'drill':
      requireDefault(kind, job);
      return { kind, ...which, ...where };
    case 'gc':
      requireDefault(kind, job);
      return { kind, ...which };
  }
}

function requireDefault(kind: JobKind, job: string): void {
  if (job === DEFAULT_JOB) return;
  throw new UsageError(`There is only one job of the kind ${kind}.`, 'Leave out --job.');
}
