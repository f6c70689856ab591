import { defineCommand } from '../../command.ts';
import { fileColumns, filesOf } from './file-columns.ts';
import { snapshotArgument, snapshotInput } from './snapshot-argument.ts';

export const command = defineCommand({
  examples: ['ironcore-backup snapshot files ibs-primary:vm/12345/2026-05-02T08:11:33Z'],
  arguments: { snapshot: snapshotArgument },
  async run({ api, print }, { snapshot }) {
    const view = await (await api()).snapshot.get.query(snapshotInput(snapshot));
    await print.list(filesOf(view), fileColumns(print.cells), 'The snapshot has no archives.');
  },
});
