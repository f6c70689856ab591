import { defineCommand } from '../../command.ts';
import { severalArguments } from '../../values.ts';

export const command = defineCommand({
  about: 'Counts at once, everywhere; grants of the token go as well.',
  examples: ["ironcore-backup token revoke 'alice@ibs!web-1'"],
  arguments: {
    ids: severalArguments('<tokens...>', 'Token, such as alice@ibs!web-1', {
      complete: 'token',
      field: 'id',
    }),
  },
  async run({ api, print }, { ids }) {
    const client = await api();
    await print.deeds(
      (async function* () {
        for (const id of ids) {
          await client.token.revoke.mutate({ id });
          yield { value: { id }, line: `${id} revoked.` };
        }
      })(),
    );
  },
});
