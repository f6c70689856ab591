import { type Digest, parseDigest } from './digest.ts';

/** Where chunks live: 65 536 directories named by the first four hex digits, all made once at creation. */
export const CHUNK_ROOT = '.chunks';
export const CHUNK_DIRECTORIES = 65_536;

export function chunkDirectoryName(number: number): string {
  return number.toString(16).padStart(4, '0');
}

export function chunkKey(digest: Digest): string {
  return `${CHUNK_ROOT}/${digest.slice(0, 4)}/${digest}`;
}

/** Of the name of a chunk that was set aside, `<digest>.N.bad`; null for any other. */
export function digestOfBadName(name: string): Digest | null {
  return /\.\d\.bad$/.test(name) ? parseDigest(name.slice(0, -'.0.bad'.length)) : null;
}
