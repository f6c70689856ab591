'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { useEffect, useState } from 'react';
import { listTrashCommand } from '../../commands/trash-commands.ts';
import { maybeErrorDetails } from '../../trpc/api-error.ts';
import { QueryRefusal } from '../../trpc/QueryRefusal.tsx';
import { useTRPC } from '../../trpc/trpc.ts';
import type { DatastoreDetail, TrashPage, TrashView } from '../../trpc/views.ts';
import { Button, ButtonLink } from '../../ui/Button.tsx';
import { CommandHint } from '../../ui/CommandHint.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { DataTable, type Selection } from '../../ui/table/DataTable.tsx';
import { useCursorPages } from '../../ui/table/use-cursor-pages.ts';
import { useTableState } from '../../ui/table/use-table-state.ts';
import { useHashScroll } from '../../ui/use-hash-scroll.ts';
import { datastoreHref } from '../datastore-words.ts';
import { ActiveRun } from '../runs/ActiveRun.tsx';
import { useRuns } from '../runs/use-runs.ts';
import { TrashSums } from './TrashSums.tsx';
import { TRASH_COLUMNS, TRASH_TABLE } from './trash-columns.tsx';
import { nextPage, trashQuestion } from './trash-question.ts';
import { forDays, itemId, itemLabel, TRASH_ID } from './trash-words.ts';
import { useTrashActions } from './use-trash-actions.tsx';

/** What was forgotten and pruned, as long as it can be restored. */
export function TrashCard({ datastore }: { datastore: DatastoreDetail }) {
  const trpc = useTRPC();
  const { name } = datastore;
  const part = useHashScroll<HTMLDivElement>(TRASH_ID);
  const control = useTableState(TRASH_TABLE);
  const { start, pagerFor } = useCursorPages(control);
  const offset = start.before;
  const query = useQuery({
    ...trpc.trash.list.queryOptions(trashQuestion(name, control.state, offset)),
    placeholderData: keepPreviousData,
  });
  const page = query.data;
  const rows = page?.items;
  const [selectedIds, setSelectedIds] = useState<string[]>([]);
  const actions = useTrashActions(datastore, () => setSelectedIds([]));

  // What stood on the last page is gone: the address still names that page.
  const isBehindEnd = rows?.length === 0 && offset > 0 && !query.isPlaceholderData;
  useEffect(() => {
    if (isBehindEnd) control.change({ cursor: null }, 'replace');
  }, [isBehindEnd, control]);

  // Far down in the list nobody would see what is told above it.
  const { hasProblem } = actions;
  useEffect(() => {
    if (hasProblem) part.current?.scrollIntoView({ block: 'start' });
  }, [hasProblem, part]);

  const pager = page && pagerFor(page.items.length, nextPage(offset, page.items.length, page.total));
  return (
    <div ref={part} id={TRASH_ID} className="grid min-w-0 scroll-mt-16 gap-3">
      {actions.problems}
      <Active name={name} />
      <QueryRefusal error={query.error} title="You cannot see the trash">
        <DataTable
          title="Trash"
          noun="snapshots in the trash"
          count={page?.total}
          columns={TRASH_COLUMNS}
          rows={rows}
          rowId={itemId}
          rowLabel={itemLabel}
          rowActions={actions.entriesOf}
          control={control}
          sortedByServer
          searches={page && page.total === 0 && control.state.text === '' ? null : 'Group'}
          error={maybeErrorDetails(query.error)}
          onRetry={() => void query.refetch()}
          selection={selectionOf(rows, selectedIds, setSelectedIds, actions)}
          pager={pager && { ...pager, total: page.total }}
          actions={
            page !== undefined &&
            (page.total > 0 || control.state.text !== '') && (
              <Button size="small" onClick={() => actions.remove(null)} disabledReason={actions.whyNotRemove}>
                Empty trash…
              </Button>
            )
          }
          footer={
            page &&
            page.items.length > 0 && (
              <div className="grid gap-1">
                <TrashSums page={page} isFiltered={control.state.text !== ''} />
                <CommandHint text={listTrashCommand(name, control.state.text)} />
              </div>
            )
          }
          empty={page && <NothingThere name={name} page={page} />}
        />
      </QueryRefusal>
      {actions.dialogs}
    </div>
  );
}

type Actions = ReturnType<typeof useTrashActions>;

function selectionOf(
  rows: readonly TrashView[] | undefined,
  ids: readonly string[],
  onChange: (ids: string[]) => void,
  { restore, remove, whyNotRestore, whyNotRemove, isBusy }: Actions,
): Selection {
  const chosen = rows?.filter((row) => ids.includes(itemId(row))) ?? [];
  return {
    ids: chosen.map(itemId),
    onChange,
    actions: (
      <>
        <Button
          size="small"
          pending={isBusy}
          onClick={() => restore(chosen)}
          disabledReason={whyNotRestore(chosen)}
        >
          Restore
        </Button>
        <Button size="small" onClick={() => remove(chosen)} disabledReason={whyNotRemove}>
          Remove for good…
        </Button>
        <Button size="small" variant="ghost" onClick={() => onChange([])}>
          Clear selection
        </Button>
      </>
    ),
  };
}

/** Restoring and emptying, whoever started it. */
function Active({ name }: { name: string }) {
  const { runs: restoring } = useRuns(name, 'trash.restore');
  const { runs: emptying } = useRuns(name, 'trash.empty');
  return (
    <>
      {restoring?.active && <ActiveRun task={restoring.active} />}
      {emptying?.active && <ActiveRun task={emptying.active} />}
    </>
  );
}

function NothingThere({ name, page: { trashDays } }: { name: string; page: TrashPage }) {
  const change = (
    <ButtonLink size="small" href={datastoreHref(name, 'options')}>
      Change in the options
    </ButtonLink>
  );
  if (trashDays === 0) {
    return (
      <EmptyState
        icon={<Trash2 />}
        title="The trash is off"
        action={change}
        command={`ironcore-backup datastore update ${name} --trash-days 7`}
      >
        Forgotten and pruned snapshots are removed at once and cannot be restored. With a number of days they
        lie here for so long first.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={<Trash2 />} title="The trash is empty" action={change} command={listTrashCommand(name)}>
      Forgotten and pruned snapshots lie here {forDays(trashDays)} and can be restored. The first garbage
      collection after that removes them for good and frees their space.
    </EmptyState>
  );
}
