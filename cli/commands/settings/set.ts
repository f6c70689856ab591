import { defineCommand } from '../../command.ts';
import { severalArguments } from '../../values.ts';
import { parseChange, settingBlocks, settingsInput } from './setting-text.ts';

export const command = defineCommand({
  about: 'Lists are separated by commas; += and -= add to a list and take from it.',
  examples: [
    'ironcore-backup settings set siteName="Backup, main site" timeZone=Europe/Berlin',
    'ironcore-backup settings set allowedRoots+=/backup2',
  ],
  arguments: {
    changes: severalArguments('<changes...>', 'KEY=VALUE', { complete: 'setting' }),
  },
  async run({ api, print }, { changes }) {
    const wanted = settingsInput(changes.map(parseChange));
    const client = await api();
    await client.settings.update.mutate(wanted);
    const after = await client.settings.get.query();
    await print.record(after, () => settingBlocks(after));
  },
});
