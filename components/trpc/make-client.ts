import { createTRPCClient, httpBatchLink, httpSubscriptionLink, splitLink } from '@trpc/client';
import superjson from 'superjson';
import type { AppRouter } from '#server/trpc/root.ts';
import { askForPassword } from '../session/password-prompt.ts';
import { passwordLink } from './password-link.ts';

const ENDPOINT = '/api/trpc';
/** Proxies cut longer addresses off; what does not fit goes out as a second request. */
const URL_MAX = 2000;

export type ApiClient = ReturnType<typeof makeClient>;

/** Questions asked at the same moment share a request; the event stream has one of its own. */
export function makeClient() {
  return createTRPCClient<AppRouter>({
    links: [
      passwordLink(askForPassword),
      splitLink({
        condition: (operation) => operation.type === 'subscription',
        true: httpSubscriptionLink({ url: ENDPOINT, transformer: superjson }),
        false: httpBatchLink({ url: ENDPOINT, transformer: superjson, maxURLLength: URL_MAX }),
      }),
    ],
  });
}
