import {
  defaultShouldDehydrateQuery,
  environmentManager,
  MutationCache,
  QueryCache,
  QueryClient,
} from '@tanstack/react-query';
import superjson from 'superjson';
import { isWorthRetrying } from './api-error.ts';

const RETRIES = 2;

/**
 * Answers stay fresh until the event stream says otherwise, so nothing is asked twice for its age alone. The
 * same maker serves the browser and the server, which fills one for every page.
 */
export function makeQueryClient(onError: (error: unknown) => void = () => {}): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: Number.POSITIVE_INFINITY,
        gcTime: 5 * 60_000,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        // The server never asks again: a page would wait for it, with nothing to show.
        retry: (failures, error) =>
          !environmentManager.isServer() && failures < RETRIES && isWorthRetrying(error),
      },
      mutations: { retry: false },
      dehydrate: { serializeData: superjson.serialize, shouldDehydrateQuery: defaultShouldDehydrateQuery },
      hydrate: { deserializeData: superjson.deserialize },
    },
  });
}
