import { formatGroupPath } from '#domain/ids.ts';
import { defineCommand, UsageError } from '../../command.ts';
import type { Api, GroupView } from '../../connect/api.ts';
import type { Cells } from '../../print/cells.ts';
import type { Column } from '../../print/table.ts';
import { optionalArgument, text } from '../../values.ts';
import { parsePlace } from '../parse-place.ts';
import { requirePlace } from '../require-place.ts';

type LocatedGroup = GroupView & { datastore: string };

export const command = defineCommand({
  about:
    'Of all datastores, of a datastore, or of a namespace alone.\n' +
    'ITS OWN is what the last garbage collection found that nothing else needs, on the disk.',
  examples: ['ironcore-backup group list ibs-primary', 'ironcore-backup group list ibs-primary:production'],
  arguments: {
    where: optionalArgument('[where]', 'datastore or datastore:namespace', { complete: 'datastore' }),
  },
  options: {
    namespace: text('--ns, --namespace <namespace>', 'Only of this namespace; "" is the root', {
      complete: 'namespace',
    }),
  },
  async run({ api, print }, { where, namespace }) {
    const place = where === undefined ? {} : parsePlace(where);
    if (place.type)
      throw new UsageError('WHERE: that is a group itself.', 'Its snapshots: snapshot list GROUP');
    if (place.namespace !== undefined && namespace !== undefined) {
      throw new UsageError('--namespace and the place are given both.', 'Leave --namespace out.');
    }
    const client = await api();
    const datastores = place.datastore
      ? [place.datastore]
      : (await client.datastore.list.query()).map((row) => row.name);
    const wanted = { ...place, namespace: place.namespace ?? namespace };
    const groups: LocatedGroup[] = [];
    for (const name of datastores) groups.push(...(await groupsOf(client, name, wanted.namespace)));
    if (groups.length === 0) await requirePlace(client, wanted);
    const empty = 'There is no backup group yet; the first backup makes one: ironcore-backup backup --help';
    await print.list(groups, columns(print.cells), empty);
  },
});

async function groupsOf(api: Api, datastore: string, namespace: string | undefined): Promise<LocatedGroup[]> {
  const namespaces = (await api.namespace.list.query({ datastore })).filter(
    ({ path, groupCount }) => groupCount > 0 && (namespace === undefined || path === namespace),
  );
  const found: LocatedGroup[] = [];
  for (const { path } of namespaces) {
    const groups = await api.snapshot.groups.query({ datastore, namespace: path });
    found.push(...groups.map((group) => ({ datastore, ...group })));
  }
  return found;
}

function columns(cells: Cells): Column<LocatedGroup>[] {
  return [
    { header: 'GROUP', cell: (row) => `${row.datastore}:${formatGroupPath(row)}` },
    { header: 'SNAPSHOTS', cell: (row) => cells.count(row.snapshotCount), align: 'right', drop: 2 },
    { header: 'PROTECTED', cell: (row) => cells.count(row.protectedCount), align: 'right', drop: 5 },
    {
      header: 'DAMAGED',
      cell: (row) => ({ text: cells.count(row.failedCount), tone: row.failedCount > 0 ? 'bad' : null }),
      align: 'right',
      drop: 4,
    },
    { header: 'LAST SIZE', cell: (row) => cells.bytes(row.lastSizeBytes), align: 'right', drop: 3 },
    { header: 'ITS OWN', cell: (row) => cells.bytes(row.exclusiveBytes), align: 'right', drop: 8 },
    { header: 'LAST BACKUP', cell: (row) => cells.when(row.lastBackupAt), drop: 1 },
    { header: 'OWNER', cell: (row) => cells.text(row.owner), drop: 6 },
    { header: 'NOTES', cell: (row) => row.notes, cut: 12, drop: 7, hideEmpty: true },
  ];
}
