import { defineCommand } from '../../command.ts';
import { datastoreColumns } from './datastore-columns.ts';

export const command = defineCommand({
  examples: ['ironcore-backup datastore list', 'ironcore-backup datastore list --output json'],
  async run({ api, print }) {
    const datastores = await (await api()).datastore.list.query();
    const empty =
      'There is no datastore yet. Make one: ironcore-backup datastore create --name NAME --type local --path PATH';
    await print.list(datastores, datastoreColumns(print.cells), empty);
  },
});
