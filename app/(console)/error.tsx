'use client';

import { PageError } from '#components/shell/PageError.tsx';

export default function ConsoleError({ error, retry }: { error: unknown; retry: () => void }) {
  return <PageError error={error} onRetry={retry} />;
}
