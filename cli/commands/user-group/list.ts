import { defineCommand } from '../../command.ts';
import type { UserGroupView } from '../../connect/api.ts';
import type { Column } from '../../print/table.ts';
import { grantsText } from '../acl/grants-text.ts';

export const command = defineCommand({
  examples: ['ironcore-backup user-group list'],
  async run({ api, print }) {
    const groups = await (await api()).userGroup.list.query();
    const empty = 'There is no user group yet. Make one: ironcore-backup user-group create --help';
    await print.list(groups, COLUMNS, empty);
  },
});

const COLUMNS: Column<UserGroupView>[] = [
  { header: 'GROUP', cell: (row) => row.group },
  { header: 'MEMBERS', cell: (row) => row.members.join(', ') || '—', cut: 12 },
  { header: 'ROLES', cell: (row) => grantsText(row.grants), cut: 12, drop: 1 },
  { header: 'COMMENT', cell: (row) => row.comment, cut: 12, drop: 2, hideEmpty: true },
];
