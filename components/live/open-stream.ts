import { setSessionEnded } from '../session/session-state.ts';
import { isApiError } from '../trpc/api-error.ts';
import type { ApiClient } from '../trpc/make-client.ts';
import type { StreamHandlers } from './event-feed.ts';

/**
 * Opens the server's event stream behind `after`; the function that is returned closes it. When it ends because the
 * session has ended, the page learns of that at once.
 */
export function openStream(client: ApiClient, after: number | null, handlers: StreamHandlers): () => void {
  const subscription = client.events.stream.subscribe(after === null ? undefined : { lastEventId: after }, {
    onData: ({ data }) => handlers.onEvent(data),
    onConnectionStateChange: ({ state }) => handlers.onConnected(state === 'pending'),
    onError: (error) => {
      if (isApiError(error, 'AUTH_REQUIRED')) setSessionEnded(true);
      handlers.onEnd();
    },
    onComplete: () => handlers.onEnd(),
  });
  return () => subscription.unsubscribe();
}
