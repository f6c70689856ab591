import type { TRPCLink } from '@trpc/client';
import { observable, type Unsubscribable } from '@trpc/server/observable';
import type { AppRouter } from '#server/trpc/root.ts';
import { isApiError } from './api-error.ts';

/**
 * Sends again what was refused for want of the password, once it has been typed: whoever asked waits and notices nothing,
 * so that no form loses what is in it. A question that is given up leaves the refusal.
 */
export function passwordLink(ask: () => Promise<boolean>): TRPCLink<AppRouter> {
  return () =>
    ({ op, next }) =>
      observable((observer) => {
        let current: Unsubscribable | null = null;
        let isOver = false;
        const send = (mayAsk: boolean) => {
          current = next(op).subscribe({
            ...observer,
            error: async (error) => {
              const isAsked = mayAsk && isApiError(error, 'PASSWORD_NEEDED');
              if (!isAsked || !(await ask())) observer.error(error);
              else if (!isOver) send(false);
            },
          });
        };
        send(true);
        return () => {
          isOver = true;
          current?.unsubscribe();
        };
      });
}
