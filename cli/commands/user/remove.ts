import { BackupError } from '#domain/errors.ts';
import { countOf } from '#domain/units.ts';
import { agree } from '../../ask.ts';
import { defineCommand } from '../../command.ts';
import { argument, flag } from '../../values.ts';

export const command = defineCommand({
  about: 'Sessions, tokens and grants of the user go as well; backups that the user owns stay.',
  examples: ['ironcore-backup user remove alice@ibs --yes'],
  arguments: { user: argument('<user>', 'User, such as alice@ibs', { complete: 'user' }) },
  options: { yes: flag('-y, --yes', 'Do not ask') },
  async run(context, { user, yes = false }) {
    const api = await context.api();
    if (!yes) {
      const found = (await api.user.list.query()).find((row) => row.user === user);
      if (!found) throw new BackupError('USER_NOT_FOUND', `There is no user ${user}.`);
      const goes = `Goes: ${user} with ${countOf(found.tokenCount, 'token')} and ${countOf(found.grants.length, 'grant')}.`;
      await agree(context, yes, [goes], `Remove ${user}?`);
    }
    await api.user.remove.mutate({ user });
    await context.print.done({ user }, `${user} removed.`);
  },
});
