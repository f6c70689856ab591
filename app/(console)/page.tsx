import type { Metadata } from 'next';
import { DashboardPage } from '#components/dashboard/DashboardPage.tsx';
import { ENDED_TASKS } from '#components/dashboard/dashboard-queries.ts';
import { Prefetched } from '../Prefetched.tsx';

export const metadata: Metadata = { title: 'Dashboard' };

export default function Page() {
  return (
    <Prefetched
      ask={(queries, api) => [
        queries.prefetchQuery(api.system.overview.queryOptions()),
        queries.prefetchQuery(api.task.list.queryOptions(ENDED_TASKS)),
      ]}
    >
      <DashboardPage />
    </Prefetched>
  );
}
