import type { ByteText } from './byte-text.ts';
import type { Metadata } from './metadata.ts';

/** One entry of an archive, found by random access. */
export interface PxarNode {
  /** Empty for the root. */
  readonly name: ByteText;
  /** From the root of the archive, without a leading slash. */
  readonly path: ByteText;
  /** Start of its FILENAME; of the root the first byte. */
  readonly position: number;
  /** Start of its ENTRY; of the root the first byte. */
  readonly start: number;
  /** Behind its last byte in the archive; of a directory behind its table. */
  readonly end: number;
  readonly metadata: Metadata;
  readonly what: NodeContent;
}

export type NodeContent =
  | { readonly kind: 'directory' }
  | { readonly kind: 'file'; readonly size: number; readonly place: FilePlace }
  | { readonly kind: 'symlink'; readonly target: ByteText }
  | { readonly kind: 'block' | 'character'; readonly major: number; readonly minor: number }
  | { readonly kind: 'fifo' | 'socket' };

/** Where the content of a file is: in the archive itself, or behind a header in the payload stream. */
export type FilePlace =
  | { readonly stream: 'archive'; readonly offset: number }
  | { readonly stream: 'payload'; readonly offset: number };

/** One more name of a file. */
export interface PxarLink {
  readonly name: ByteText;
  readonly path: ByteText;
  readonly position: number;
  readonly end: number;
  readonly what: { readonly kind: 'hardlink'; readonly path: ByteText; readonly target: number };
}

export type PxarEntry = PxarNode | PxarLink;

export type FileNode = PxarNode & { readonly what: { readonly kind: 'file' } };

export function isFile(entry: PxarEntry): entry is FileNode {
  return entry.what.kind === 'file';
}

export function isDirectory(entry: PxarEntry): entry is PxarNode {
  return entry.what.kind === 'directory';
}

export function isHardlink(entry: PxarEntry): entry is PxarLink {
  return entry.what.kind === 'hardlink';
}
