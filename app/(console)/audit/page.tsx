import type { Metadata } from 'next';
import { AuditPage } from '#components/audit/AuditPage.tsx';
import { Prefetched } from '../../Prefetched.tsx';

export const metadata: Metadata = { title: 'Audit log' };

export default function Page() {
  return (
    <Prefetched
      ask={(queries, api) => [
        queries.prefetchQuery(api.audit.status.queryOptions()),
        queries.prefetchQuery(api.audit.choices.queryOptions()),
      ]}
    >
      <AuditPage />
    </Prefetched>
  );
}
