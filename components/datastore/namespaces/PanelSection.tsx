import Link from 'next/link';
import type { ReactNode } from 'react';

interface PanelSectionProps {
  title: string;
  /** Where there is more of it. */
  link?: { href: string; label: string };
  children: ReactNode;
}

/** A part of the panel beside a list. */
export function PanelSection({ title, link, children }: PanelSectionProps) {
  return (
    <section aria-label={title} className="grid gap-1 border-t px-4 py-3 first:border-t-0 first:pt-1">
      <header className="flex items-baseline justify-between gap-4">
        <h3 className="text-small font-semibold text-muted">{title}</h3>
        {link && (
          <Link href={link.href} className="text-small text-accent underline-offset-2 hover:underline">
            {link.label}
          </Link>
        )}
      </header>
      {children}
    </section>
  );
}
