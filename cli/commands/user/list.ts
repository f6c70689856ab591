import { defineCommand } from '../../command.ts';
import type { UserView } from '../../connect/api.ts';
import type { Cells } from '../../print/cells.ts';
import type { Cell, Column } from '../../print/table.ts';
import { grantsText } from '../acl/grants-text.ts';

export const command = defineCommand({
  examples: ['ironcore-backup user list'],
  async run({ api, print, clock }) {
    const users = await (await api()).user.list.query();
    const empty =
      'There is no user yet. Make one: ironcore-backup user create admin@ibs --role Administrator';
    await print.list(users, columns(print.cells, clock.now()), empty);
  },
});

function columns(cells: Cells, now: number): Column<UserView>[] {
  return [
    { header: 'USER', cell: (row) => row.user },
    { header: 'STATE', cell: (row) => stateOf(row, now) },
    { header: 'ROLES', cell: (row) => grantsText(row.grants), cut: 12 },
    { header: 'TOKENS', cell: (row) => cells.count(row.tokenCount), align: 'right', drop: 2 },
    { header: 'LAST SIGN-IN', cell: (row) => cells.when(row.lastSignInAt), drop: 1 },
    { header: 'COMMENT', cell: (row) => row.comment, cut: 12, drop: 3, hideEmpty: true },
  ];
}

function stateOf(row: UserView, now: number): Cell {
  if (!row.enabled) return { text: 'disabled', tone: 'warn' };
  const expired = row.expiresAt !== null && row.expiresAt.getTime() <= now;
  return expired ? { text: 'expired', tone: 'warn' } : { text: 'enabled', tone: 'good' };
}
