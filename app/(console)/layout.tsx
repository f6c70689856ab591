import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { ConsoleFrame } from '#components/shell/ConsoleFrame.tsx';
import { RUNNING_TASKS } from '#components/shell/running-tasks.ts';
import { Prefetched } from '../Prefetched.tsx';
import { pageCaller } from '../page-context.ts';
import { requireSession } from '../require-session.ts';

export async function generateMetadata(): Promise<Metadata> {
  await requireSession();
  const { siteName } = await (await pageCaller()).system.about();
  return { title: { default: siteName, template: `%s — ${siteName}` } };
}

/** Every page that needs a session. The session is asked for here, once. */
export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  await requireSession();
  const latest = await (await pageCaller()).events.latest();
  return (
    <Prefetched
      ask={(queries, api) => [
        queries.prefetchQuery(api.session.me.queryOptions()),
        queries.prefetchQuery(api.system.about.queryOptions()),
        queries.prefetchQuery(api.datastore.list.queryOptions()),
        queries.prefetchQuery(api.task.list.queryOptions(RUNNING_TASKS)),
      ]}
    >
      <ConsoleFrame startAfter={latest.id} now={Date.now()}>
        {children}
      </ConsoleFrame>
    </Prefetched>
  );
}
