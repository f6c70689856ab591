import { dehydrate, HydrationBoundary, type QueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { makeQueryClient } from '#components/trpc/query-client.ts';
import { type ServerQueries, serverQueries } from '#components/trpc/server-queries.ts';
import { appRouter } from '#server/trpc/root.ts';
import { pageContext } from './page-context.ts';

interface PrefetchedProps {
  /** What the page will ask for, so that its first frame has the answers. Failures are left to the browser. */
  ask: (queries: QueryClient, api: ServerQueries) => Promise<unknown>[];
  children: ReactNode;
}

export async function Prefetched({ ask, children }: PrefetchedProps) {
  const queryClient = makeQueryClient();
  const api = serverQueries({ router: appRouter, ctx: await pageContext(), queryClient });
  await Promise.all(ask(queryClient, api));
  return <HydrationBoundary state={dehydrate(queryClient)}>{children}</HydrationBoundary>;
}
