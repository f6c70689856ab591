import { defineCommand } from '../../command.ts';
import { argument } from '../../values.ts';

export const command = defineCommand({
  about: 'Refused while it is granted somewhere. Built-in roles stay.',
  examples: ['ironcore-backup role remove Datastore.Verifier'],
  arguments: { role: argument('<role>', 'Role that was made here', { complete: 'customRole' }) },
  async run({ api, print }, { role }) {
    await (await api()).role.remove.mutate({ role });
    await print.done({ role }, `${role} removed.`);
  },
});
