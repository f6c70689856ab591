'use client';

import { QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { setSessionEnded } from '../session/session-state.ts';
import { isApiError } from './api-error.ts';
import { makeClient } from './make-client.ts';
import { makeQueryClient } from './query-client.ts';
import { TRPCProvider } from './trpc.ts';

/** The API for everything below. Whichever answer says that the session has ended, the page learns of it. */
export function TrpcProvider({ children }: { children: ReactNode }) {
  const [queryClient] = useState(() =>
    makeQueryClient((error) => {
      if (isApiError(error, 'AUTH_REQUIRED')) setSessionEnded(true);
    }),
  );
  const [client] = useState(makeClient);
  return (
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={client} queryClient={queryClient}>
        {children}
      </TRPCProvider>
    </QueryClientProvider>
  );
}
