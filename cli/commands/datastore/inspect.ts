import { defineCommand } from '../../command.ts';
import { argument, flag } from '../../values.ts';
import { onlyLook } from './place-options.ts';

export const command = defineCommand({
  about: 'Looks at a directory on the server and says what speaks for and against a datastore there.',
  examples: ['ironcore-backup datastore inspect /mnt/backup/ibs-primary'],
  arguments: { path: argument('<path>', 'Directory on the server', { complete: 'directory' }) },
  options: { adopt: flag('--adopt', 'Whether a datastore that is there can be adopted') },
  run: (context, { path, adopt }) => onlyLook(context, path, adopt ? 'adopt' : 'create'),
});
