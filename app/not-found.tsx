import type { Metadata } from 'next';
import { NotFoundState } from '#components/shell/NotFoundState.tsx';
import ConsoleLayout from './(console)/layout.tsx';

export const metadata: Metadata = { title: 'Page not found' };

/** Any address that no page answers. It keeps the shell, so that the way on is one click or ⌘ K away. */
export default function NotFound() {
  return (
    <ConsoleLayout>
      <NotFoundState />
    </ConsoleLayout>
  );
}
