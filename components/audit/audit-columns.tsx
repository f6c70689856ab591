import type { AuditOutcome } from '#domain/audit-log.ts';
import type { AuditView } from '../trpc/views.ts';
import { Hint } from '../ui/Hint.tsx';
import { StatusGlyph } from '../ui/StatusGlyph.tsx';
import { type Column, tableSpec } from '../ui/table/columns.ts';
import { AbsoluteTime, ZoneName } from '../ui/time/AbsoluteTime.tsx';
import { RelativeTime } from '../ui/time/RelativeTime.tsx';
import { AUDIT_FILTER_IDS } from './audit-question.ts';

export const AUDIT_COLUMNS: Column<AuditView>[] = [
  {
    id: 'action',
    header: 'Action',
    cell: (row) => <span className="font-mono text-small">{row.action}</span>,
  },
  { id: 'result', header: 'Result', cell: (row) => <Outcome outcome={row.outcome} code={row.code} /> },
  {
    id: 'subject',
    header: 'Subject',
    cell: (row) => (
      <span
        className="block max-w-44 truncate font-mono text-small min-[1400px]:max-w-80"
        title={row.subject}
      >
        {row.subject}
      </span>
    ),
  },
  { id: 'by', header: 'Who', cell: (row) => <span className="whitespace-nowrap">{row.principal}</span> },
  {
    id: 'from',
    header: 'From',
    cell: (row) => <span className="font-mono text-small">{row.source || 'the server'}</span>,
  },
  {
    id: 'when',
    header: 'When',
    cell: (row) => (
      <span className="whitespace-nowrap">
        <RelativeTime at={row.at.getTime()} />
      </span>
    ),
  },
  {
    id: 'at',
    header: 'At',
    headerNote: <ZoneName />,
    hiddenByDefault: true,
    cell: (row) => <AbsoluteTime at={row.at.getTime()} />,
  },
  {
    id: 'row',
    header: 'Row',
    align: 'end',
    cell: (row) =>
      row.position ?? (
        <Hint content="It is taken into the chain about a second after it was written.">not sealed</Hint>
      ),
  },
];

/** Newest first, as the server has them. */
export const AUDIT_TABLE = tableSpec(AUDIT_COLUMNS, { filterIds: AUDIT_FILTER_IDS });

export const OUTCOME_WORDS: Record<AuditOutcome, string> = { done: 'Done', refused: 'Refused' };

function Outcome({ outcome, code }: { outcome: AuditOutcome; code: string | null }) {
  const isRefused = outcome === 'refused';
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
      <StatusGlyph glyph={isRefused ? 'slashed-ring' : 'check'} tone={isRefused ? 'warn' : 'ok'} />
      <span className={isRefused ? 'font-medium text-warn' : 'font-medium'}>{OUTCOME_WORDS[outcome]}</span>
      {code && <span className="font-mono text-small text-muted">{code}</span>}
    </span>
  );
}
