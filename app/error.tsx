'use client';

import { PageError } from '#components/shell/PageError.tsx';

/** Catches what happens around the shell: the page stands alone. */
export default function RootError({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <main className="flex min-h-dvh items-center">
      <PageError error={error} onRetry={retry} />
    </main>
  );
}
