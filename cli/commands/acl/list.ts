import { defineCommand } from '../../command.ts';
import type { AclView } from '../../connect/api.ts';
import type { Cells } from '../../print/cells.ts';
import type { Column } from '../../print/table.ts';
import { text } from '../../values.ts';

export const command = defineCommand({
  examples: [
    'ironcore-backup acl list --auth-id alice@ibs',
    'ironcore-backup acl list --path /datastore/ibs-primary/production',
  ],
  options: {
    path: text('--path <path>', 'What counts on this path, also from above it'),
    principal: text('--auth-id <principal>', 'Only of this user, token or user group', {
      complete: 'grantee',
    }),
  },
  async run({ api, print }, { path, principal }) {
    const all = await (await api()).acl.list.query({ path });
    const entries = all.filter((entry) => principal === undefined || entry.principal === principal);
    await print.list(
      entries,
      columns(print.cells),
      'No role is granted there. Grant one: ironcore-backup acl grant --help',
    );
  },
});

function columns(cells: Cells): Column<AclView>[] {
  return [
    { header: 'PATH', cell: (row) => row.path },
    { header: 'PRINCIPAL', cell: (row) => row.principal },
    { header: 'KIND', cell: (row) => row.kind, drop: 4 },
    { header: 'ROLE', cell: (row) => row.role },
    { header: 'BELOW', cell: (row) => cells.yes(row.propagate), drop: 1 },
    { header: 'GRANTED', cell: (row) => cells.when(row.createdAt), drop: 2 },
    { header: 'BY', cell: (row) => row.createdBy, drop: 3 },
  ];
}
