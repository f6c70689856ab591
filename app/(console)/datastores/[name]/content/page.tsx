import type { Metadata } from 'next';
import { ContentTab } from '#components/datastore/content/ContentTab.tsx';
import {
  GROUP_DEFAULT_SORT,
  GROUP_FILTER_IDS,
  GROUP_SORT_IDS,
  groupQuestion,
} from '#components/datastore/content/group-question.ts';
import { readTableState } from '#components/ui/table/table-state.ts';
import { Prefetched } from '../../../../Prefetched.tsx';
import { parametersOf, type SearchParams } from '../../../../page-parameters.ts';

interface PageProps {
  params: Promise<{ name: string }>;
  searchParams: SearchParams;
}

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  return { title: `${decodeURIComponent((await params).name)} · Content` };
}

export default async function Page({ params, searchParams }: PageProps) {
  const datastore = decodeURIComponent((await params).name);
  const parameters = parametersOf(await searchParams);
  const spec = {
    filterIds: GROUP_FILTER_IDS,
    sortableIds: GROUP_SORT_IDS,
    columnIds: [],
    defaultSort: GROUP_DEFAULT_SORT,
  };
  const question = groupQuestion(datastore, parameters.get('ns') ?? '', readTableState(parameters, spec));
  return (
    <Prefetched
      ask={(queries, api) => [
        queries.prefetchQuery(api.namespace.list.queryOptions({ datastore })),
        queries.prefetchQuery(api.snapshot.groupPage.queryOptions(question)),
      ]}
    >
      <ContentTab name={datastore} />
    </Prefetched>
  );
}
