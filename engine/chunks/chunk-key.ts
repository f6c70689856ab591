import type { Digest } from './digest.ts';

/** Where chunks live: 65 536 directories named by the first four hex digits, all made once at creation. */
export const CHUNK_ROOT = '.chunks';
export const CHUNK_DIRECTORIES = 65_536;

export function chunkDirectoryName(number: number): string {
  return number.toString(16).padStart(4, '0');
}

export function chunkKey(digest: Digest): string {
  return `${CHUNK_ROOT}/${digest.slice(0, 4)}/${digest}`;
}
