import { defineCommand } from '../../command.ts';
import { aclOptions, revoke } from './change.ts';

export const command = defineCommand({
  about: 'Only what was granted on that very path goes; what comes from above it stays.',
  examples: [
    'ironcore-backup acl revoke --path /datastore/ibs-primary --auth-id alice@ibs --role Datastore.Reader',
  ],
  options: aclOptions,
  run: (context, entry) => revoke(context, entry),
});
