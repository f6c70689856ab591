'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Download, ScrollText } from 'lucide-react';
import { useSearchParams } from 'next/navigation';
import { useMemo } from 'react';
import { AUDIT_OUTCOMES } from '#domain/audit-log.ts';
import { Updated } from '../live/Updated.tsx';
import { maybeErrorDetails, missingPrivilege } from '../trpc/api-error.ts';
import { QueryRefusal } from '../trpc/QueryRefusal.tsx';
import { useTRPC } from '../trpc/trpc.ts';
import { DownloadLink } from '../ui/Button.tsx';
import { CommandHint } from '../ui/CommandHint.tsx';
import { EmptyState } from '../ui/EmptyState.tsx';
import { PageHeader } from '../ui/PageHeader.tsx';
import { DataTable } from '../ui/table/DataTable.tsx';
import type { FilterField } from '../ui/table/filter-words.ts';
import { useCursorPages } from '../ui/table/use-cursor-pages.ts';
import { useTableState } from '../ui/table/use-table-state.ts';
import { useNow } from '../ui/time/TimeProvider.tsx';
import { AuditDetail } from './AuditDetail.tsx';
import { AUDIT_COLUMNS, AUDIT_TABLE, OUTCOME_WORDS } from './audit-columns.tsx';
import { listAuditCommand } from './audit-commands.ts';
import { auditQuestion, exportHref, OPEN_ROW } from './audit-question.ts';
import { ChainCard, STATUS_EVERY_MS } from './ChainCard.tsx';

/** Who did what, from where, and who was refused. */
export function AuditPage() {
  const trpc = useTRPC();
  const control = useTableState(AUDIT_TABLE);
  const filters = useAuditFilters();
  const pages = useCursorPages(control);
  const open = useSearchParams().getAll(OPEN_ROW);
  const question = auditQuestion(control.state, useNow());
  const query = useQuery({
    ...trpc.audit.list.queryOptions(question),
    placeholderData: keepPreviousData,
    refetchInterval: question.cursor === undefined && STATUS_EVERY_MS,
  });
  const rows = query.data?.entries;
  const next = query.data?.cursor ?? null;
  return (
    <>
      <PageHeader
        title="Audit log"
        meaning="Every change and every refused attempt: who, from where, what, and with which result."
        actions={
          missingPrivilege(query.error) ? null : (
            <DownloadLink icon={<Download />} href={exportHref(question)}>
              Export
            </DownloadLink>
          )
        }
      />
      <QueryRefusal error={query.error} title="You cannot see the audit log" wholePage>
        <ChainCard />
        <DataTable
          title="Audit log"
          noun="rows"
          columns={AUDIT_COLUMNS}
          rows={rows}
          rowId={(row) => String(row.id)}
          rowLabel={(row) => `${row.action} of ${row.subject}`}
          control={control}
          sortedByServer
          filters={filters}
          searches="Subject"
          error={maybeErrorDetails(query.error)}
          onRetry={() => void query.refetch()}
          pager={rows && pages.pagerFor(rows.length, next === null ? null : String(next))}
          expansion={{
            noun: 'details',
            isOpen: (row) => open.includes(String(row.id)),
            onToggle: (row) => toggleRow(String(row.id)),
            render: (row) => <AuditDetail row={row} />,
          }}
          actions={<Updated at={query.dataUpdatedAt} />}
          footer={<CommandHint text={listAuditCommand(question)} />}
          empty={
            <EmptyState icon={<ScrollText />} title="Nothing was changed yet">
              The first sign-in, change or refused attempt appears here.
            </EmptyState>
          }
        />
      </QueryRefusal>
    </>
  );
}

/** Which rows are open stands in the address: a link to it shows the same. */
function toggleRow(id: string) {
  const params = new URLSearchParams(location.search);
  const open = params.getAll(OPEN_ROW);
  params.delete(OPEN_ROW);
  const others = open.filter((each) => each !== id);
  for (const each of open.includes(id) ? others : [...others, id]) params.append(OPEN_ROW, each);
  const query = params.toString();
  window.history.pushState(null, '', location.pathname + (query ? `?${query}` : ''));
}

const RESULTS: FilterField = {
  id: 'result',
  label: 'result',
  single: true,
  options: AUDIT_OUTCOMES.map((value) => ({ value, label: OUTCOME_WORDS[value] })),
};
const DAYS: FilterField = {
  id: 'days',
  label: 'time',
  single: true,
  options: [
    { value: '1', label: 'the last 24 h' },
    { value: '7', label: 'the last 7 days' },
    { value: '30', label: 'the last 30 days' },
    { value: '365', label: 'the last year' },
  ],
};

function useAuditFilters(): FilterField[] {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.audit.choices.queryOptions());
  return useMemo(() => {
    const optionsOf = (values: readonly string[] = []) => values.map((value) => ({ value, label: value }));
    return [
      RESULTS,
      DAYS,
      { id: 'action', label: 'action', single: true, options: optionsOf(data?.actions) },
      { id: 'by', label: 'who', single: true, options: optionsOf(data?.principals) },
    ];
  }, [data]);
}
