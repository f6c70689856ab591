import type { EntryKind } from './metadata.ts';

/** What the catalog's writer and reader agree on: `docs/formats/datastore.md` calls it `catalog.pcat1`. */

export const CATALOG_MAGIC = Buffer.from('91fd60f9c46758d5', 'hex');
/** The last bytes: where the root table stands, as u64. */
export const CATALOG_POINTER_SIZE = 8;
export const CATALOG_NAME_MAX = 4095;
/** Bytes of a 64-bit number, seven bits each. */
export const VARINT_SIZE_MAX = 10;

/** The letter that begins an entry. */
export const CATALOG_TYPES: Readonly<Record<EntryKind, number>> = {
  directory: letter('d'),
  file: letter('f'),
  symlink: letter('l'),
  hardlink: letter('h'),
  block: letter('b'),
  character: letter('c'),
  fifo: letter('p'),
  socket: letter('s'),
};

/** Kinds of which the catalog keeps nothing but the name. */
export type CatalogLeaf = Exclude<EntryKind, 'directory' | 'file'>;

function letter(text: string): number {
  return text.charCodeAt(0);
}
