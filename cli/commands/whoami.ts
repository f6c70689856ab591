import { defineCommand } from '../command.ts';

export const command = defineCommand({
  about: 'Also tells where address and token were found.',
  examples: ['ironcore-backup whoami'],
  async run({ api, server, print }) {
    const { console, consoleFrom, tokenFrom } = await server();
    const me = await (await api()).session.me.query();
    await print.record({ ...me, console, consoleFrom, tokenFrom }, () => [
      [
        ['Server', console],
        ['Found by', consoleFrom],
        ['Signed in as', me.principal],
        ['Token from', tokenFrom],
        ['Privileges on /', me.privileges.join(', ') || 'none'],
      ],
    ]);
  },
});
