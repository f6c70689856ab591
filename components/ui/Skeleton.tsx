import { cn } from './class-names.ts';

/** Holds the place of what is loading; give it the size of the real thing. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <span aria-hidden="true" className={cn('block h-4 animate-breathe rounded-sm bg-selected', className)} />
  );
}
