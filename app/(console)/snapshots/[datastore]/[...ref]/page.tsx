import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { parseSnapshotAddress } from '#components/snapshot/parse-address.ts';
import { SnapshotPage } from '#components/snapshot/SnapshotPage.tsx';
import { formatSnapshotTime } from '#domain/ids.ts';
import { Prefetched } from '../../../../Prefetched.tsx';

interface PageProps {
  params: Promise<{ datastore: string; ref: string[] }>;
}

async function addressOf({ params }: PageProps) {
  const { datastore, ref } = await params;
  return parseSnapshotAddress(decodeURIComponent(datastore), ref.map(decodeURIComponent));
}

export async function generateMetadata(props: PageProps): Promise<Metadata> {
  const address = await addressOf(props);
  if (!address) return { title: 'Snapshot not found' };
  return { title: `${address.type}/${address.id} · ${formatSnapshotTime(address.time)}` };
}

export default async function Page(props: PageProps) {
  const address = await addressOf(props);
  if (!address) notFound();
  return (
    <Prefetched
      ask={(queries, api) => [
        queries.prefetchQuery(api.snapshot.get.queryOptions(address)),
        queries.prefetchQuery(api.datastore.get.queryOptions({ name: address.datastore })),
      ]}
    >
      <SnapshotPage address={address} />
    </Prefetched>
  );
}
