import type { Metadata } from 'next';
import { NamespacesTab } from '#components/datastore/namespaces/NamespacesTab.tsx';
import { Prefetched } from '../../../../Prefetched.tsx';

interface PageProps {
  params: Promise<{ name: string }>;
}

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  return { title: `${decodeURIComponent((await params).name)} · Namespaces` };
}

export default async function Page({ params }: PageProps) {
  const name = decodeURIComponent((await params).name);
  return (
    <Prefetched
      ask={(queries, api) => [
        queries.prefetchQuery(api.datastore.get.queryOptions({ name })),
        queries.prefetchQuery(api.namespace.list.queryOptions({ datastore: name })),
      ]}
    >
      <NamespacesTab name={name} />
    </Prefetched>
  );
}
