import { defineCommand } from '../../command.ts';
import type { RealmView } from '../../connect/api.ts';
import type { Cells } from '../../print/cells.ts';
import type { Column } from '../../print/table.ts';

export const command = defineCommand({
  about: 'A realm is the part of a name behind the @. Groups can be made in all of them.',
  examples: ['ironcore-backup realm list'],
  async run({ api, print }) {
    const realms = await (await api()).realm.list.query();
    await print.list(realms, columns(print.cells), 'There are no realms.');
  },
});

function columns(cells: Cells): Column<RealmView>[] {
  return [
    { header: 'REALM', cell: (row) => row.realm },
    { header: 'PASSWORDS', cell: (row) => (row.kind === 'internal' ? 'here' : 'elsewhere') },
    { header: 'USERS', cell: (row) => cells.count(row.userCount), align: 'right' },
    { header: 'GROUPS', cell: (row) => cells.count(row.groupCount), align: 'right' },
    { header: 'COMMENT', cell: (row) => row.comment, cut: 12, drop: 1 },
  ];
}
