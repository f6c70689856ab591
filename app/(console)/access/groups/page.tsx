import type { Metadata } from 'next';
import { UserGroupsPage } from '#components/access/UserGroupsPage.tsx';
import { Prefetched } from '../../../Prefetched.tsx';

export const metadata: Metadata = { title: 'Groups' };

export default function Page() {
  return (
    <Prefetched ask={(queries, api) => [queries.prefetchQuery(api.userGroup.list.queryOptions())]}>
      <UserGroupsPage />
    </Prefetched>
  );
}
