import { countOf } from '#domain/units.ts';
import { agree } from '../../ask.ts';
import { defineCommand } from '../../command.ts';
import { argument, flag } from '../../values.ts';
import { grantsText } from '../acl/grants-text.ts';

export const command = defineCommand({
  about: 'What is granted to the group goes as well; its members stay. Without a terminal it needs --yes.',
  examples: [
    'ironcore-backup user-group remove operators@ibs --dry-run',
    'ironcore-backup user-group remove operators@ibs --yes',
  ],
  arguments: { group: argument('<group>', 'User group', { complete: 'userGroup' }) },
  options: {
    dryRun: flag('--dry-run', 'Only say what would go'),
    yes: flag('-y, --yes', 'Do not ask'),
  },
  async run(context, { group, dryRun = false, yes = false }) {
    const api = await context.api();
    const plan = await api.userGroup.remove.mutate({ group, dryRun: true });
    const lines = [
      `Goes: ${group} with ${countOf(plan.members.length, 'member')}, who stay.`,
      `Goes: ${grantsText(plan.grants)}.`,
    ];
    if (dryRun) return context.print.value(plan, () => [...lines, 'Nothing was changed.']);
    await agree(context, yes, lines, `Remove ${group}?`);
    const gone = await api.userGroup.remove.mutate({ group });
    await context.print.done(gone, `${group} removed.`);
  },
});
