import { changedFields } from '#domain/audit-change.ts';
import { defineCommand, UsageError } from '../../command.ts';
import type { AuditView } from '../../connect/api.ts';
import type { Cells } from '../../print/cells.ts';
import type { Block, Field } from '../../print/record.ts';
import { argument } from '../../values.ts';

export const command = defineCommand({
  about: 'Shows a row with what was changed from what into what. Secrets are masked before they are written.',
  examples: ['ironcore-backup audit show 1234'],
  arguments: { id: argument('<id>', 'Id of the row, as the list shows it') },
  async run({ api, print }, { id }) {
    const wanted = /^[1-9]\d{0,14}$/.test(id) ? Number(id) : Number.NaN;
    if (Number.isNaN(wanted)) throw new UsageError(`${JSON.stringify(id)} is not the id of a row.`);
    const client = await api();
    const row = await client.audit.get.query({ id: wanted });
    await print.record(row, () => blocks(row, print.cells));
  },
});

function blocks(row: AuditView, cells: Cells): Block[] {
  const changes = changedFields(row.before, row.after);
  const isRefused = row.outcome === 'refused';
  return [
    [
      ['Action', row.action],
      ['Subject', row.subject],
      ['Result', { text: row.outcome, tone: isRefused ? 'warn' : 'good' }],
      ['Error code', row.code],
    ],
    changes.map(({ field, before, after }): Field => [field, `${valueText(before)} → ${valueText(after)}`]),
    changedFields(null, row.detail).map(({ field, after }): Field => [field || 'detail', valueText(after)]),
    [
      ['Who', row.principal],
      ['From', row.source || null],
      ['When', cells.moment(row.at)],
      ['Place in the chain', row.position === null ? 'not sealed yet' : String(row.position)],
      ['Hash', row.hash],
    ],
  ];
}

function valueText(value: unknown): string {
  if (value === undefined) return '—';
  return typeof value === 'string' && value !== '' ? value : JSON.stringify(value);
}
