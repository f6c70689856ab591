'use client';

import { PageError } from '#components/shell/PageError.tsx';
import './globals.css';

/** The layout itself failed, so there are no providers; the theme is the system's. */
export default function GlobalError({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <html lang="en">
      <body>
        <title>Error — Ironcore Backup</title>
        <main className="flex min-h-dvh items-center">
          <PageError error={error} onRetry={retry} />
        </main>
      </body>
    </html>
  );
}
