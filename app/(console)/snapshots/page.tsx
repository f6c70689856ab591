import type { Metadata } from 'next';
import { SnapshotsPage } from '#components/snapshot/SnapshotsPage.tsx';
import {
  SNAPSHOT_DEFAULT_SORT,
  SNAPSHOT_FILTER_IDS,
  SNAPSHOT_SORT_IDS,
  snapshotQuestion,
} from '#components/snapshot/snapshot-question.ts';
import { readTableState } from '#components/ui/table/table-state.ts';
import { Prefetched } from '../../Prefetched.tsx';
import { parametersOf, type SearchParams } from '../../page-parameters.ts';

export const metadata: Metadata = { title: 'Snapshots' };

export default async function Page({ searchParams }: { searchParams: SearchParams }) {
  const spec = {
    filterIds: SNAPSHOT_FILTER_IDS,
    sortableIds: SNAPSHOT_SORT_IDS,
    columnIds: [],
    defaultSort: SNAPSHOT_DEFAULT_SORT,
  };
  const question = snapshotQuestion(readTableState(parametersOf(await searchParams), spec));
  return (
    <Prefetched ask={(queries, api) => [queries.prefetchQuery(api.snapshot.list.queryOptions(question))]}>
      <SnapshotsPage />
    </Prefetched>
  );
}
