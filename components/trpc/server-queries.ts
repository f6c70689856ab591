import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query';
import type { AppRouter } from '#server/trpc/root.ts';

type Options = Parameters<typeof createTRPCOptionsProxy<AppRouter>>[0];

/** The API as `useTRPC` shows it, answered in this process: for pages that ask before they are sent. */
export function serverQueries(options: Options) {
  return createTRPCOptionsProxy<AppRouter>(options);
}

export type ServerQueries = ReturnType<typeof serverQueries>;
