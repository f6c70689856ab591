import { defineCommand } from '../../command.ts';
import { switchedOff } from '../../values.ts';
import { aclOptions, grant } from './change.ts';

export const command = defineCommand({
  about: 'The role also counts below the path, unless --no-propagate is given.',
  examples: [
    'ironcore-backup acl grant --path /datastore/ibs-primary --auth-id alice@ibs --role Datastore.Reader',
  ],
  options: { ...aclOptions, propagate: switchedOff('--no-propagate', 'Only on the path itself') },
  run: (context, { propagate, ...entry }) => grant(context, entry, propagate),
});
