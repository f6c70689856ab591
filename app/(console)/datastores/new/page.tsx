import type { Metadata } from 'next';
import { AddDatastorePage } from '#components/datastore/wizard/AddDatastorePage.tsx';
import { BY_HAND } from '#domain/schedule.ts';
import { Prefetched } from '../../../Prefetched.tsx';

export const metadata: Metadata = { title: 'Add datastore' };

export default function Page() {
  return (
    <Prefetched
      ask={(queries, api) => [
        queries.prefetchQuery(api.schedule.explain.queryOptions({ text: BY_HAND, count: 1 })),
      ]}
    >
      <AddDatastorePage />
    </Prefetched>
  );
}
