import { defineCommand } from '../../command.ts';
import type { RoleView } from '../../connect/api.ts';
import type { Column } from '../../print/table.ts';

export const command = defineCommand({
  about:
    'Built-in ones first. The names of Proxmox Backup Server, such as DatastoreReader, are taken as well.',
  examples: ['ironcore-backup role list'],
  async run({ api, print }) {
    await print.list(await (await api()).role.list.query(), COLUMNS, 'There are no roles.');
  },
});

const COLUMNS: Column<RoleView>[] = [
  { header: 'ROLE', cell: (row) => row.role },
  { header: 'KIND', cell: (row) => (row.builtIn ? 'built in' : 'own'), drop: 2 },
  { header: 'PRIVILEGES', cell: (row) => row.privileges.join(' ') || 'none', cut: 20 },
  { header: 'COMMENT', cell: (row) => row.comment, cut: 20, drop: 1 },
];
