import { BackupError } from '#domain/errors.ts';
import { type ArchiveBytes, readRange } from './archive-bytes.ts';
import { damaged, readU64 } from './archive-errors.ts';
import type { ByteText } from './byte-text.ts';
import {
  CATALOG_MAGIC,
  CATALOG_NAME_MAX,
  CATALOG_POINTER_SIZE,
  CATALOG_TYPES,
  VARINT_SIZE_MAX,
} from './catalog-format.ts';
import { DEPTH_MAX, LISTING_MAX } from './limits.ts';
import type { EntryKind } from './metadata.ts';
import { checkName } from './name-rules.ts';

/** What the catalog knows of one entry. */
export type CatalogEntry =
  | { readonly kind: 'directory'; readonly name: ByteText; readonly table: number }
  /** `seconds` since 1970, floored. */
  | { readonly kind: 'file'; readonly name: ByteText; readonly size: number; readonly seconds: number }
  | { readonly kind: Exclude<EntryKind, 'directory' | 'file'>; readonly name: ByteText };

/** A table is read at once, so this bounds the memory of a listing. */
const TABLE_SIZE_MAX = 128 << 20;
/** Name of an archive and every directory in it. */
const COMPONENTS_MAX = DEPTH_MAX + 1;

/**
 * Browses the catalog of a snapshot without touching its archives. The first component of a path is the
 * archive, with the name the server gave it. Trusts no byte: a table lies before the one that names it, so
 * no path leads in a circle. Errors: DATA_CORRUPT, ARCHIVE_UNSAFE, FILE_NOT_FOUND, INPUT_TOO_LARGE.
 */
export class CatalogReader {
  readonly #source: ArchiveBytes;
  readonly #root: number;

  private constructor(source: ArchiveBytes, root: number) {
    this.#source = source;
    this.#root = root;
  }

  static async open(source: ArchiveBytes): Promise<CatalogReader> {
    const end = source.size - CATALOG_POINTER_SIZE;
    if (end <= CATALOG_MAGIC.length) throw damagedCatalog('it is too short');
    const magic = await readRange(source, 0, CATALOG_MAGIC.length);
    if (!magic.equals(CATALOG_MAGIC)) throw damagedCatalog('it does not begin like one');
    const root = readU64(await readRange(source, end, CATALOG_POINTER_SIZE), 0);
    if (root < CATALOG_MAGIC.length || root >= end) throw damagedCatalog('its root is outside of it');
    return new CatalogReader(source, root);
  }

  /** What is in the directory that the components lead to; without any, the archives of the snapshot. */
  async list(path: readonly ByteText[], limit = LISTING_MAX): Promise<CatalogEntry[]> {
    return this.#readTable(await this.#find(path), limit);
  }

  async #find(path: readonly ByteText[]): Promise<number> {
    let table = this.#root;
    if (path.length > COMPONENTS_MAX) throw notFound();
    for (const name of path) {
      const entry = (await this.#readTable(table, LISTING_MAX)).find((found) => found.name === name);
      if (entry?.kind !== 'directory') throw notFound();
      table = entry.table;
    }
    return table;
  }

  async #readTable(start: number, limit: number): Promise<CatalogEntry[]> {
    const end = this.#source.size - CATALOG_POINTER_SIZE;
    const head = new CatalogCursor(
      await readRange(this.#source, start, Math.min(VARINT_SIZE_MAX, end - start)),
    );
    const size = head.varint();
    if (size > end - start - head.at) throw damagedCatalog('a table is larger than the catalog');
    if (size > TABLE_SIZE_MAX) throw tooLarge();
    const cursor = new CatalogCursor(await readRange(this.#source, start + head.at, size));
    const count = cursor.varint();
    if (count > limit) throw tooLarge();
    const entries: CatalogEntry[] = [];
    for (let index = 0; index < count; index++) entries.push(readEntry(cursor, start));
    if (!cursor.isAtEnd) throw damagedCatalog('a table holds more than its entries');
    return entries;
  }
}

const KINDS = new Map(Object.entries(CATALOG_TYPES).map(([kind, letter]) => [letter, kind as EntryKind]));

function readEntry(cursor: CatalogCursor, tableStart: number): CatalogEntry {
  const kind = KINDS.get(cursor.byte());
  if (kind === undefined) throw damagedCatalog('an entry is of no known kind');
  const name = cursor.text(cursor.varint());
  checkName(name);
  if (kind === 'file') return { kind, name, size: cursor.varint(), seconds: cursor.signedVarint() };
  if (kind !== 'directory') return { kind, name };
  const distance = cursor.varint();
  const table = tableStart - distance;
  if (distance === 0 || table < CATALOG_MAGIC.length) throw damagedCatalog('a directory is outside of it');
  return { kind, name, table };
}

/** Reads the fields of a table one after the other, never beyond its end. */
class CatalogCursor {
  at = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.at === this.#bytes.length;
  }

  byte(): number {
    const byte = this.#bytes[this.at];
    if (byte === undefined) throw damagedCatalog('an entry is cut off');
    this.at += 1;
    return byte;
  }

  text(length: number): ByteText {
    if (length === 0 || length > CATALOG_NAME_MAX) throw damagedCatalog('a name has a wrong length');
    if (this.at + length > this.#bytes.length) throw damagedCatalog('a name is cut off');
    this.at += length;
    const text = this.#bytes.toString('latin1', this.at - length, this.at) as ByteText;
    if (text.includes('\0')) throw damagedCatalog('a name contains NUL');
    return text;
  }

  varint(): number {
    let [value, scale] = [0, 1];
    for (let count = 0; count < VARINT_SIZE_MAX; count++) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      scale *= 0x80;
      if (byte < 0x80) return checkSafe(value);
    }
    throw damagedCatalog('a number does not end');
  }

  /** A zero byte after at least one other ends a negative number. */
  signedVarint(): number {
    let [value, scale] = [0, 1];
    for (let count = 0; count <= VARINT_SIZE_MAX; count++) {
      const byte = this.byte();
      if (byte === 0) return count === 0 ? 0 : -checkSafe(value);
      value += (byte & 0x7f) * scale;
      scale *= 0x80;
      if (byte < 0x80) return checkSafe(value);
    }
    throw damagedCatalog('a number does not end');
  }
}

function checkSafe(value: number): number {
  if (value > Number.MAX_SAFE_INTEGER) throw damagedCatalog('a number is too large');
  return value;
}

function damagedCatalog(reason: string): BackupError {
  return damaged(`in the catalog, ${reason}`);
}

function notFound(): BackupError {
  return new BackupError('FILE_NOT_FOUND', 'The catalog has no such directory.', { field: 'path' });
}

function tooLarge(): BackupError {
  return new BackupError('INPUT_TOO_LARGE', 'The directory has too many entries to list.');
}
