import { defineCommand } from '../../command.ts';
import { argument, severalTexts, text } from '../../values.ts';

export const command = defineCommand({
  about:
    'Of any realm that "realm list" shows. What is granted to the group counts for its members, but not where\n' +
    'a member has a grant of its own on the same path.',
  examples: [
    'ironcore-backup user-group create security-team@polystack --comment "Reads production"',
    'ironcore-backup user-group create operators@ibs --member alice@ibs --member bob@ibs',
  ],
  arguments: { group: argument('<group>', 'New group, such as security-team@polystack') },
  options: {
    members: severalTexts('--member <user>', 'User who is in it; may be given several times', {
      complete: 'user',
    }),
    comment: text('--comment <text>', 'Who that is'),
  },
  async run({ api, print }, { group, members, comment }) {
    await (await api()).userGroup.create.mutate({ group, members, comment });
    await print.done({ group }, `${group} created.`);
  },
});
