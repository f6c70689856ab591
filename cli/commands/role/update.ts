import { defineCommand, UsageError } from '../../command.ts';
import { argument } from '../../values.ts';
import { privilegeOptions } from './privilege-options.ts';

export const command = defineCommand({
  about: 'What is named replaces what was in it, at once and for everybody who has the role.',
  examples: ['ironcore-backup role update Datastore.Verifier --privilege Datastore.Verify'],
  arguments: { role: argument('<role>', 'Role that was made here', { complete: 'customRole' }) },
  options: privilegeOptions,
  async run({ api, print }, { role, privileges, comment }) {
    if (privileges === undefined && comment === undefined) {
      throw new UsageError('There is nothing to change.', 'Give at least one option.');
    }
    await (await api()).role.update.mutate({ role, privileges, comment });
    await print.done({ role }, `${role} changed.`);
  },
});
