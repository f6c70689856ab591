import { defineCommand } from '../../command.ts';
import type { NamespaceView } from '../../connect/api.ts';
import type { Cells } from '../../print/cells.ts';
import type { Column } from '../../print/table.ts';
import { argument } from '../../values.ts';

export const command = defineCommand({
  about:
    'ITS OWN is what the last garbage collection found that nothing outside of the namespace needs, on the disk.',
  examples: ['ironcore-backup namespace list ibs-primary'],
  arguments: { datastore: argument('<datastore>', 'Name of the datastore', { complete: 'datastore' }) },
  async run({ api, print }, { datastore }) {
    const namespaces = await (await api()).namespace.list.query({ datastore });
    const empty = `There is no namespace in ${datastore} that you may see.`;
    await print.list(namespaces, columns(print.cells), empty);
  },
});

function columns(cells: Cells): Column<NamespaceView>[] {
  return [
    // The root has an empty path, which no column could show.
    { header: 'NAMESPACE', cell: (row) => row.path || { text: '(root)', tone: 'dim' } },
    { header: 'GROUPS', cell: (row) => cells.count(row.groupCount), align: 'right', drop: 2 },
    { header: 'SNAPSHOTS', cell: (row) => cells.count(row.snapshotCount), align: 'right' },
    { header: 'LOGICAL SIZE', cell: (row) => cells.bytes(row.logicalBytes), align: 'right', drop: 3 },
    { header: 'ITS OWN', cell: (row) => cells.bytes(row.exclusiveBytes), align: 'right', drop: 4 },
    { header: 'LAST BACKUP', cell: (row) => cells.when(row.lastBackupAt), drop: 1 },
  ];
}
