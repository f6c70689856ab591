import { defineCommand } from '../../command.ts';
import type { Api, AuditView } from '../../connect/api.ts';
import type { Cells } from '../../print/cells.ts';
import type { Column } from '../../print/table.ts';
import { flag, wholeNumber } from '../../values.ts';
import { auditFilter } from './audit-filter.ts';

const LIMIT = 50;
const PAGE_MAX = 500;

export const command = defineCommand({
  examples: [
    'ironcore-backup audit list',
    'ironcore-backup audit list --result refused --since 24h',
    'ironcore-backup audit list --by alice@ibs --action datastore --subject ibs-primary',
  ],
  options: {
    ...auditFilter,
    limit: wholeNumber('--limit <n>', `At most so many (default: ${LIMIT})`),
    all: flag('--all', 'All of them'),
  },
  async run({ api, print }, { limit, all, ...filter }) {
    const most = all ? Number.POSITIVE_INFINITY : (limit ?? LIMIT);
    const client = await api();
    const { entries, more } = await readAudit(client, filter, most);
    const isFiltered = Object.values(filter).some((value) => value !== undefined);
    await print.list(entries, auditColumns(print.cells), isFiltered ? 'No row matches.' : 'No row yet.');
    if (more) print.say(`Only the newest ${entries.length} are shown; --all or --limit N shows more.`);
  },
});

type Filter = Omit<Parameters<Api['audit']['list']['query']>[0], 'limit' | 'cursor'>;

async function readAudit(
  api: Api,
  filter: Filter,
  most: number,
): Promise<{ entries: AuditView[]; more: boolean }> {
  const entries: AuditView[] = [];
  let cursor: number | undefined;
  do {
    const limit = Math.min(PAGE_MAX, most - entries.length);
    const page = await api.audit.list.query({ ...filter, limit, cursor });
    entries.push(...page.entries);
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined && entries.length < most);
  return { entries, more: cursor !== undefined };
}

function auditColumns(cells: Cells): Column<AuditView>[] {
  return [
    { header: 'ID', cell: (row) => String(row.id), align: 'right' },
    { header: 'TIME', cell: (row) => cells.when(row.at) },
    { header: 'WHO', cell: (row) => row.principal, cut: 16 },
    { header: 'FROM', cell: (row) => row.source, drop: 2, hideEmpty: true },
    { header: 'ACTION', cell: (row) => row.action },
    { header: 'SUBJECT', cell: (row) => row.subject, cut: 20 },
    {
      header: 'RESULT',
      cell: (row) => ({ text: row.outcome, tone: row.outcome === 'refused' ? 'warn' : 'good' }),
    },
    { header: 'CODE', cell: (row) => row.code ?? '', drop: 1, hideEmpty: true },
  ];
}
