import type { Metadata } from 'next';
import { GrantsPage } from '#components/access/GrantsPage.tsx';
import { Prefetched } from '../../../Prefetched.tsx';

export const metadata: Metadata = { title: 'Permissions' };

export default function Page() {
  return (
    <Prefetched ask={(queries, api) => [queries.prefetchQuery(api.acl.list.queryOptions())]}>
      <GrantsPage />
    </Prefetched>
  );
}
