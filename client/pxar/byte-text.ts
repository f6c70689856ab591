import { quote } from '#domain/quote.ts';
import type { ByteText } from '#engine/posix.ts';

export type { ByteText } from '#engine/posix.ts';

/**
 * Names, paths and link targets are bytes, not text: a file name need not be UTF-8. Inside this folder they
 * travel as `ByteText`, one character per byte. Such a string compares and sorts like its bytes, is a cheap
 * map key and joins without copying; only people get to see it decoded.
 */

export const EMPTY = '' as ByteText;

export function byteText(bytes: Uint8Array): ByteText {
  return asBuffer(bytes).toString('latin1') as ByteText;
}

/** Ordinary text, in UTF-8. */
export function byteTextOf(text: string): ByteText {
  return Buffer.from(text).toString('latin1') as ByteText;
}

export function bytesOf(text: ByteText): Buffer {
  return Buffer.from(text, 'latin1');
}

export function joinPath(directory: ByteText, name: ByteText): ByteText {
  return (directory === '' ? name : `${directory}/${name}`) as ByteText;
}

/** The last component of a path and what is before it. */
export function splitPath(path: ByteText): { directory: ByteText; name: ByteText } {
  const slash = path.lastIndexOf('/');
  return {
    directory: path.slice(0, Math.max(slash, 0)) as ByteText,
    name: path.slice(slash + 1) as ByteText,
  };
}

/** The same text as people read it; bytes that are not UTF-8 become the replacement character. */
export function readable(text: ByteText): string {
  return bytesOf(text).toString();
}

/** For messages: readable, in quotes, shortened, with control characters made visible. */
export function quoted(text: ByteText): string {
  return quote(readable(text));
}

/** A view of the same memory with the methods of Buffer. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
