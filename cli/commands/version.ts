import { defineCommand } from '../command.ts';
import { VERSION } from '../version.ts';

export const command = defineCommand({
  about: 'Of this command line and, where one is known and answers, of the server.',
  examples: ['ironcore-backup version'],
  async run({ api, print }) {
    const server = await api()
      .then((client) => client.system.about.query())
      .then((about) => about.version)
      .catch(() => null);
    const versions = { client: VERSION, node: process.versions.node, server };
    await print.record(versions, () => [
      [
        ['Command line', VERSION],
        ['Node', versions.node],
        ['Server', server ?? 'not known: no answer'],
      ],
    ]);
  },
});
