import { defineCommand } from '../command.ts';
import { readCredentials, writeCredentials } from '../connect/credentials.ts';
import { checkAddress } from '../connect/find-server.ts';
import { flag } from '../values.ts';

export const command = defineCommand({
  about:
    'Forgets the token of the server that --server names, or of the current one. The token itself stays valid until it\n' +
    'is revoked.',
  examples: ['ironcore-backup logout', 'ironcore-backup logout --all'],
  options: { all: flag('--all', 'Forget every server') },
  async run({ environment, globals, print }, { all }) {
    const file = environment.credentialsFile;
    const { current, servers } = readCredentials(file);
    const named = globals.server === null ? current : checkAddress(globals.server, '--server');
    const forgotten = Object.keys(servers).filter((server) => all || server === named);
    if (forgotten.length > 0) {
      const rest = Object.fromEntries(
        Object.entries(servers).filter(([server]) => !forgotten.includes(server)),
      );
      const stays = current !== null && !forgotten.includes(current);
      writeCredentials(file, { current: stays ? current : null, servers: rest });
    }
    const what = forgotten.length > 0 ? `Forgot ${forgotten.join(', ')}.` : 'No login was saved there.';
    await print.done({ forgotten }, what);
  },
});
