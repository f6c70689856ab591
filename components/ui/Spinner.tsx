import { LoaderCircle } from 'lucide-react';
import { cn } from './class-names.ts';

/** Decoration: whoever waits is told in words beside it. */
export function Spinner({ className }: { className?: string }) {
  return <LoaderCircle aria-hidden="true" className={cn('size-4 animate-spin', className)} />;
}
