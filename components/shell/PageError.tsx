'use client';

import { ErrorState } from '../ui/ErrorState.tsx';

interface PageErrorProps {
  error: unknown;
  onRetry: () => void;
}

/** What an error boundary shows. The server keeps the cause under the digest; the browser never learns it. */
export function PageError({ error, onRetry }: PageErrorProps) {
  const digest = digestOf(error);
  return (
    <ErrorState
      wholePage
      title="This page could not be shown"
      error={{
        code: 'INTERNAL',
        message: 'Something went wrong while the page was put together.',
        hint: digest
          ? 'Retry; if it stays, the server log has the cause under the request id.'
          : 'Retry, or reload the page.',
        requestId: digest,
      }}
      onRetry={onRetry}
    />
  );
}

function digestOf(error: unknown): string | undefined {
  const digest = error instanceof Error && 'digest' in error ? error.digest : undefined;
  return typeof digest === 'string' ? digest : undefined;
}
