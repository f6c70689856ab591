import type { Metadata } from 'next';
import { RolesPage } from '#components/access/RolesPage.tsx';
import { Prefetched } from '../../../Prefetched.tsx';

export const metadata: Metadata = { title: 'Roles' };

export default function Page() {
  return (
    <Prefetched ask={(queries, api) => [queries.prefetchQuery(api.role.list.queryOptions())]}>
      <RolesPage />
    </Prefetched>
  );
}
