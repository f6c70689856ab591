import type { Metadata } from 'next';
import { UsersPage } from '#components/access/UsersPage.tsx';
import { Prefetched } from '../../Prefetched.tsx';

export const metadata: Metadata = { title: 'Users' };

export default function Page() {
  return (
    <Prefetched ask={(queries, api) => [queries.prefetchQuery(api.user.list.queryOptions())]}>
      <UsersPage />
    </Prefetched>
  );
}
