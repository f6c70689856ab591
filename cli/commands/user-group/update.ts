import { defineCommand, UsageError } from '../../command.ts';
import { argument, severalTexts, text } from '../../values.ts';

export const command = defineCommand({
  about: 'Who is added may at once what the group may; you can add to what you hold yourself.',
  examples: [
    'ironcore-backup user-group update operators@ibs --add carol@ibs --remove bob@ibs',
    'ironcore-backup user-group update operators@ibs --comment "On call"',
  ],
  arguments: { group: argument('<group>', 'User group', { complete: 'userGroup' }) },
  options: {
    add: severalTexts('--add <user>', 'User to add; may be given several times', { complete: 'user' }),
    remove: severalTexts('--remove <user>', 'User to take out; may be given several times', {
      complete: 'user',
    }),
    comment: text('--comment <text>', 'Who that is'),
  },
  async run({ api, print }, { group, add, remove, comment }) {
    if (add === undefined && remove === undefined && comment === undefined) {
      throw new UsageError('There is nothing to change.', 'Give at least one option.');
    }
    await (await api()).userGroup.update.mutate({ group, add, remove, comment });
    await print.done({ group }, `${group} changed.`);
  },
});
