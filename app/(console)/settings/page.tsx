import type { Metadata } from 'next';
import { SettingsPage } from '#components/settings/SettingsPage.tsx';
import { Prefetched } from '../../Prefetched.tsx';

export const metadata: Metadata = { title: 'Settings' };

export default function Page() {
  return (
    <Prefetched ask={(queries, api) => [queries.prefetchQuery(api.settings.get.queryOptions())]}>
      <SettingsPage />
    </Prefetched>
  );
}
