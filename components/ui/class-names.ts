import { type ClassValue, clsx } from 'clsx';
import { extendTailwindMerge } from 'tailwind-merge';

/** Our names for type sizes; without them `text-body` and `text-muted` would count as the same property. */
const merge = extendTailwindMerge({
  extend: { theme: { text: ['small', 'table', 'body', 'heading', 'page', 'figure'] } },
});

/** Joins class names; a later one wins over an earlier one for the same property. */
export function cn(...classes: ClassValue[]): string {
  return merge(clsx(classes));
}
