import type { Value } from '../command.ts';
import { defineCommand } from '../command.ts';
import { complete } from '../completion/complete.ts';
import { lookUp } from '../completion/look-up.ts';

const words: Value<string[] | undefined> = {
  flags: '[words...]',
  about: 'The words so far, and the one under the cursor',
  repeats: true,
};

/** What the completion scripts ask: a word and its meaning a line, then what files are wanted. */
export const command = defineCommand({
  examples: ['ironcore-backup complete -- datastore ""'],
  arguments: { words },
  async run(context, { words: given = [''] }) {
    const { offers, files } = await complete(given, (source, facts) => lookUp(context, source, facts));
    for (const { word, about } of offers) context.terminal.out(`${word}\t${about}\n`);
    context.terminal.out(`:${files}\n`);
  },
});
