import { defineCommand } from '../../command.ts';
import type { TokenView } from '../../connect/api.ts';
import type { Cells } from '../../print/cells.ts';
import type { Cell, Column } from '../../print/table.ts';
import { grantsText } from '../acl/grants-text.ts';

export const command = defineCommand({
  about: 'Your own, or all of them if you may manage access.',
  examples: ['ironcore-backup token list'],
  async run({ api, print, clock }) {
    const tokens = await (await api()).token.list.query();
    const empty = 'There is no API token yet. Make one: ironcore-backup token create --help';
    await print.list(tokens, columns(print.cells, clock.now()), empty);
  },
});

function columns(cells: Cells, now: number): Column<TokenView>[] {
  return [
    { header: 'TOKEN', cell: (row) => row.id },
    { header: 'STATE', cell: (row) => stateOf(row, now) },
    { header: 'ROLES', cell: (row) => grantsText(row.grants), cut: 12 },
    { header: 'EXPIRES', cell: (row) => (row.expiresAt ? cells.when(row.expiresAt) : 'never'), drop: 2 },
    { header: 'LAST USED', cell: (row) => cells.when(row.lastUsedAt), drop: 1 },
    { header: 'FROM', cell: (row) => cells.text(row.lastUsedFrom), drop: 4 },
    { header: 'COMMENT', cell: (row) => row.comment, cut: 12, drop: 3, hideEmpty: true },
  ];
}

function stateOf(row: TokenView, now: number): Cell {
  if (!row.enabled) return { text: 'disabled', tone: 'warn' };
  const expired = row.expiresAt !== null && row.expiresAt.getTime() <= now;
  return expired ? { text: 'expired', tone: 'warn' } : { text: 'valid', tone: 'good' };
}
