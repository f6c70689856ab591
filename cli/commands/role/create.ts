import { defineCommand } from '../../command.ts';
import { argument } from '../../values.ts';
import { privilegeOptions } from './privilege-options.ts';

export const command = defineCommand({
  about: 'You can put in it what you hold yourself on everything.',
  examples: [
    'ironcore-backup role create Datastore.Verifier --privilege Datastore.Audit --privilege Datastore.Verify',
  ],
  arguments: { role: argument('<role>', 'New role, such as Datastore.Verifier') },
  options: privilegeOptions,
  async run({ api, print }, { role, privileges = [], comment }) {
    await (await api()).role.create.mutate({ role, privileges, comment });
    await print.done({ role, privileges }, `${role} created.`);
  },
});
