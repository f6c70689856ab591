import type { Metadata } from 'next';
import { SummaryTab } from '#components/datastore/summary/SummaryTab.tsx';
import { RECENT_TASKS } from '#components/task/recent-tasks.ts';
import { Prefetched } from '../../../../Prefetched.tsx';

interface PageProps {
  params: Promise<{ name: string }>;
}

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  return { title: `${decodeURIComponent((await params).name)} · Summary` };
}

export default async function Page({ params }: PageProps) {
  const name = decodeURIComponent((await params).name);
  return (
    <Prefetched
      ask={(queries, api) => [
        queries.prefetchQuery(api.datastore.get.queryOptions({ name })),
        queries.prefetchQuery(api.datastore.days.queryOptions({ name })),
        queries.prefetchQuery(api.task.list.queryOptions({ datastore: name, limit: RECENT_TASKS })),
      ]}
    >
      <SummaryTab name={name} />
    </Prefetched>
  );
}
