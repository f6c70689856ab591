import { defineCommand } from '../../command.ts';
import { flag, switchedOff } from '../../values.ts';
import { aclOptions, grant, revoke } from './change.ts';

export const command = defineCommand({
  examples: [
    'ironcore-backup acl update --path /datastore/ibs-primary/production --auth-id security-team@polystack --role Datastore.Reader',
    'ironcore-backup acl update --path / --auth-id alice@ibs --role Auditor --delete',
  ],
  options: {
    ...aclOptions,
    delete: flag('--delete', 'Take the role away'),
    propagate: switchedOff('--no-propagate', 'Only on the path itself'),
  },
  run: (context, { delete: takeAway, propagate, ...entry }) =>
    takeAway ? revoke(context, entry) : grant(context, entry, propagate),
});
