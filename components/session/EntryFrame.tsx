import type { ReactNode } from 'react';
import { LogoMark } from '../shell/Logo.tsx';

/** What stands around the door: the name of the product, one card, nothing else. */
export function EntryFrame({ children }: { children: ReactNode }) {
  return (
    <main className="grid min-h-dvh content-start justify-items-center bg-surface px-4 py-12 sm:content-center">
      <div className="grid w-full max-w-100 gap-6">
        <p className="flex items-center gap-2.5 text-heading font-semibold tracking-tight">
          <LogoMark className="size-7" />
          Ironcore Backup
        </p>
        {children}
      </div>
    </main>
  );
}

/** The card itself: title, one line, a form. */
export function EntryCard({
  title,
  meaning,
  children,
}: {
  title: string;
  meaning?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className="grid gap-5 rounded-lg border bg-bg p-5 sm:p-6">
      <header className="grid gap-1">
        <h1 className="text-page font-semibold tracking-tight">{title}</h1>
        {meaning && <p className="text-muted">{meaning}</p>}
      </header>
      {children}
    </section>
  );
}
