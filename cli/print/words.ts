import { formatCount } from '#domain/units.ts';

/** `1 snapshot`, `2 snapshots`, `1 234 snapshots`. */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}
