import Link from 'next/link';

/** In a line of muted text. */
export function TextLink({ href, children }: { href: string; children: string }) {
  return (
    <Link href={href} className="rounded-sm text-text underline underline-offset-2 hover:text-accent">
      {children}
    </Link>
  );
}
