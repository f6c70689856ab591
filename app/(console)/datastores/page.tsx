import type { Metadata } from 'next';
import { DatastoresPage } from '#components/datastore/DatastoresPage.tsx';
import { Prefetched } from '../../Prefetched.tsx';

export const metadata: Metadata = { title: 'Datastores' };

export default function Page() {
  return (
    <Prefetched ask={(queries, api) => [queries.prefetchQuery(api.datastore.list.queryOptions())]}>
      <DatastoresPage />
    </Prefetched>
  );
}
