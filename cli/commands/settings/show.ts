import { defineCommand } from '../../command.ts';
import { settingBlocks } from './setting-text.ts';

export const command = defineCommand({
  examples: ['ironcore-backup settings show'],
  async run({ api, print }) {
    const settings = await (await api()).settings.get.query();
    await print.record(settings, () => settingBlocks(settings));
  },
});
