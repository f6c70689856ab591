import type { Metadata } from 'next';
import { PruneTab } from '#components/datastore/prune/PruneTab.tsx';
import { runsQuestion } from '#components/datastore/runs/runs-question.ts';
import { firstTrashQuestion } from '#components/datastore/trash/trash-question.ts';
import { Prefetched } from '../../../../Prefetched.tsx';

interface PageProps {
  params: Promise<{ name: string }>;
}

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  return { title: `${decodeURIComponent((await params).name)} · Prune` };
}

export default async function Page({ params }: PageProps) {
  const name = decodeURIComponent((await params).name);
  return (
    <Prefetched
      ask={(queries, api) => [
        queries.prefetchQuery(api.datastore.get.queryOptions({ name })),
        queries.prefetchQuery(api.datastore.jobs.queryOptions({ name })),
        queries.prefetchQuery(api.namespace.list.queryOptions({ datastore: name })),
        queries.prefetchQuery(api.task.list.queryOptions(runsQuestion(name, 'datastore.prune'))),
        queries.prefetchQuery(api.trash.list.queryOptions(firstTrashQuestion(name))),
      ]}
    >
      <PruneTab name={name} />
    </Prefetched>
  );
}
