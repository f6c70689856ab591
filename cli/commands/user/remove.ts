import { countOf } from '#domain/units.ts';
import { agree } from '../../ask.ts';
import { defineCommand } from '../../command.ts';
import type { UserRemoval } from '../../connect/api.ts';
import { argument, flag } from '../../values.ts';
import { grantsText } from '../acl/grants-text.ts';

export const command = defineCommand({
  about:
    'Sessions, tokens and grants of the user go as well; backups that the user owns stay.\n' +
    'Asks before it begins; without a terminal it needs --yes.',
  examples: [
    'ironcore-backup user remove alice@ibs --dry-run',
    'ironcore-backup user remove alice@ibs --yes',
  ],
  arguments: { user: argument('<user>', 'User, such as alice@ibs', { complete: 'user' }) },
  options: {
    dryRun: flag('--dry-run', 'Only say what would go'),
    yes: flag('-y, --yes', 'Do not ask'),
  },
  async run(context, { user, dryRun = false, yes = false }) {
    const api = await context.api();
    const plan = await api.user.remove.mutate({ user, dryRun: true });
    if (dryRun) return context.print.value(plan, () => [...whatGoes(plan), 'Nothing was changed.']);
    await agree(context, yes, whatGoes(plan), `Remove ${user}?`);
    const gone = await api.user.remove.mutate({ user });
    await context.print.done(gone, `${user} removed.`);
  },
});

function whatGoes({ user, sessionCount, tokens, grants }: UserRemoval): string[] {
  const parts = [
    countOf(sessionCount, 'session'),
    countOf(tokens.length, 'token'),
    countOf(grants.length, 'grant'),
  ];
  const own = grants.filter(({ principal }) => principal === user);
  return [
    `Goes: ${user} with ${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}.`,
    ...(own.length > 0 ? [`Goes: ${grantsText(own)}.`] : []),
    ...tokens.map((token) => {
      const held = grants.filter(({ principal }) => principal === token);
      return held.length > 0 ? `Goes: ${token} with ${grantsText(held)}.` : `Goes: ${token}.`;
    }),
    `Stays: every backup that ${user} or its tokens own.`,
  ];
}
