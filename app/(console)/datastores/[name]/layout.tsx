import type { ReactNode } from 'react';
import { DatastoreFrame } from '#components/datastore/DatastoreFrame.tsx';
import { Prefetched } from '../../../Prefetched.tsx';

interface DatastoreLayoutProps {
  params: Promise<{ name: string }>;
  children: ReactNode;
}

export default async function DatastoreLayout({ params, children }: DatastoreLayoutProps) {
  const name = decodeURIComponent((await params).name);
  return (
    <Prefetched ask={(queries, api) => [queries.prefetchQuery(api.datastore.get.queryOptions({ name }))]}>
      <DatastoreFrame name={name}>{children}</DatastoreFrame>
    </Prefetched>
  );
}
