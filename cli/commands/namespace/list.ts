import { sharedBytes } from '#domain/namespace.ts';
import { defineCommand } from '../../command.ts';
import type { NamespaceView } from '../../connect/api.ts';
import type { Cells } from '../../print/cells.ts';
import type { Column } from '../../print/table.ts';
import { argument } from '../../values.ts';

export const command = defineCommand({
  about:
    'As a tree; each line is of the namespace alone, without those below it. ITS OWN is what the last garbage collection\n' +
    'found that nothing outside of it needs, on the disk; SHARED is needed by others as well and stored once for all.',
  examples: ['ironcore-backup namespace list ibs-primary'],
  arguments: { datastore: argument('<datastore>', 'Name of the datastore', { complete: 'datastore' }) },
  async run({ api, print }, { datastore }) {
    const namespaces = await (await api()).namespace.list.query({ datastore });
    const empty = `There is no namespace in ${datastore} that you may see.`;
    const known = new Set(namespaces.map(({ path }) => path as string));
    await print.list(namespaces, columns(print.cells, known), empty);
  },
});

function columns(cells: Cells, known: ReadonlySet<string>): Column<NamespaceView>[] {
  return [
    // The root has an empty path, which no column could show.
    { header: 'NAMESPACE', cell: (row) => treeName(row.path, known) || { text: '(root)', tone: 'dim' } },
    { header: 'GROUPS', cell: (row) => cells.count(row.groupCount), align: 'right', drop: 2 },
    { header: 'SNAPSHOTS', cell: (row) => cells.count(row.snapshotCount), align: 'right' },
    { header: 'LOGICAL SIZE', cell: (row) => cells.bytes(row.logicalBytes), align: 'right', drop: 3 },
    { header: 'ITS OWN', cell: (row) => cells.bytes(row.exclusiveBytes), align: 'right', drop: 4 },
    { header: 'SHARED', cell: (row) => cells.bytes(sharedBytes(row)), align: 'right', drop: 5 },
    { header: 'NEEDS', cell: (row) => cells.bytes(row.usedBytes), align: 'right', drop: 6 },
    { header: 'LAST BACKUP', cell: (row) => cells.when(row.lastBackupAt), drop: 1 },
  ];
}

/** Two spaces a level, and the last name alone below a parent that is in the list. */
function treeName(path: string, known: ReadonlySet<string>): string {
  const parts = path.split('/');
  const above = parts.slice(0, -1).map((_, at) => parts.slice(0, at + 1).join('/'));
  const shown = above.filter((one) => known.has(one)).length;
  const isBelow = known.has(above.at(-1) ?? '');
  return '  '.repeat(shown) + (isBelow && above.length > 0 ? (parts.at(-1) ?? path) : path);
}
