import type { Metadata } from 'next';
import { drillQuestion } from '#components/datastore/drill/drill-question.ts';
import { runsQuestion } from '#components/datastore/runs/runs-question.ts';
import { failedQuestion } from '#components/datastore/verify/failed-question.ts';
import { VerifyTab } from '#components/datastore/verify/VerifyTab.tsx';
import { Prefetched } from '../../../../Prefetched.tsx';

interface PageProps {
  params: Promise<{ name: string }>;
}

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  return { title: `${decodeURIComponent((await params).name)} · Verify` };
}

export default async function Page({ params }: PageProps) {
  const name = decodeURIComponent((await params).name);
  return (
    <Prefetched
      ask={(queries, api) => [
        queries.prefetchQuery(api.datastore.get.queryOptions({ name })),
        queries.prefetchQuery(api.datastore.jobs.queryOptions({ name })),
        queries.prefetchQuery(api.datastore.verification.queryOptions({ name })),
        queries.prefetchQuery(api.snapshot.list.queryOptions(failedQuestion(name))),
        queries.prefetchQuery(api.task.list.queryOptions(runsQuestion(name, 'datastore.verify'))),
        queries.prefetchQuery(api.task.list.queryOptions(runsQuestion(name, 'datastore.drill'))),
        queries.prefetchQuery(api.drill.list.queryOptions(drillQuestion(name))),
      ]}
    >
      <VerifyTab name={name} />
    </Prefetched>
  );
}
