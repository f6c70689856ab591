/**
 * Where a page of the server starts, as it stands in the address: how many rows are before it, and the server's
 * own cursor. Counting along makes "101–200" possible where the server does not count.
 */

export interface PageStart {
  /** Rows on the pages before. */
  before: number;
  /** As the server named it; null on the first page. */
  cursor: string | null;
}

const FIRST: PageStart = { before: 0, cursor: null };

export function readPageStart(text: string | null): PageStart {
  const match = /^(\d{1,9})\.(.+)$/.exec(text ?? '');
  if (!match?.[1] || !match[2]) return FIRST;
  return { before: Number(match[1]), cursor: match[2] };
}

export function writePageStart({ before, cursor }: PageStart): string | null {
  return cursor === null ? null : `${before}.${cursor}`;
}
