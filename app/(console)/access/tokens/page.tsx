import type { Metadata } from 'next';
import { TokensPage } from '#components/access/TokensPage.tsx';
import { Prefetched } from '../../../Prefetched.tsx';

export const metadata: Metadata = { title: 'API tokens' };

export default function Page() {
  return (
    <Prefetched ask={(queries, api) => [queries.prefetchQuery(api.token.list.queryOptions())]}>
      <TokensPage />
    </Prefetched>
  );
}
