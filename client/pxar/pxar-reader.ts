import { BackupError } from '#domain/errors.ts';
import { type ArchiveBytes, readPieces, readRange } from './archive-bytes.ts';
import { damaged, located, readU64, unsafe } from './archive-errors.ts';
import { type ByteText, quoted, splitPath } from './byte-text.ts';
import { DirectoryTable, type TablePlace } from './directory-table.ts';
import { ItemCursor } from './item-cursor.ts';
import { HEADER_SIZE, itemTypeOf, PAYLOAD, PAYLOAD_START, PAYLOAD_TAIL } from './item-types.ts';
import { LISTING_MAX } from './limits.ts';
import { NameSet } from './name-rules.ts';
import {
  type FileNode,
  type FilePlace,
  isDirectory,
  isFile,
  type PxarEntry,
  type PxarLink,
  type PxarNode,
} from './pxar-node.ts';
import { type EntryPlace, readEntry, readName, readRoot } from './read-entry.ts';
import { sipHash } from './siphash.ts';

/**
 * Random access to an archive: finds a path with a few small reads, lists a directory, reads any range of a
 * file. Trusts no byte of it. Errors: DATA_CORRUPT, ARCHIVE_UNSAFE, FILE_NOT_FOUND, and what reading throws.
 */
export class PxarReader {
  readonly root: PxarNode;
  /** Version 2 keeps the content of files in a payload stream of its own. */
  readonly version: 1 | 2;
  /** What a version 2 archive says before its root. */
  readonly prelude: Buffer | null;
  readonly archive: ArchiveBytes;
  readonly #payload: ArchiveBytes | null;
  #isPayloadChecked = false;

  private constructor(
    archive: ArchiveBytes,
    payload: ArchiveBytes | null,
    found: { root: PxarNode; version: 1 | 2; prelude: Buffer | null },
  ) {
    this.archive = archive;
    this.#payload = payload;
    this.root = found.root;
    this.version = found.version;
    this.prelude = found.prelude;
  }

  /** `payload`: of a split archive; browsing works without it. */
  static async open(archive: ArchiveBytes, payload: ArchiveBytes | null = null): Promise<PxarReader> {
    const found = await readRoot(new ItemCursor(archive), archive.size);
    return new PxarReader(archive, payload, found);
  }

  /**
   * The entry of a path, null when there is none. Empty components and `.` are passed over; symbolic links
   * are not followed. Error: PATH_INVALID for `..`.
   */
  async lookup(path: ByteText): Promise<PxarEntry | null> {
    let entry: PxarEntry = this.root;
    let child: PxarEntry | null;
    for (const name of path.split('/') as ByteText[]) {
      if (name === '' || name === '.') continue;
      if (name === '..')
        throw new BackupError('PATH_INVALID', 'A path must not contain "..".', { field: 'path' });
      child = isDirectory(entry) ? await this.#child(entry, name) : null;
      if (child === null) return null;
      entry = child;
    }
    return entry;
  }

  /** The children in the order of the archive, read one by one. */
  async *children(directory: PxarNode): AsyncGenerator<PxarEntry, void, undefined> {
    const cursor = new ItemCursor(this.archive);
    const table = await this.#tableOf(directory, cursor);
    if (table.count > LISTING_MAX) {
      throw new BackupError('INPUT_TOO_LARGE', `The directory has more than ${LISTING_MAX} entries.`);
    }
    const names = new NameSet();
    let previousEnd = directory.start;
    for (const place of await table.all()) {
      if (place.position < previousEnd) throw damaged('two entries share bytes');
      const entry = await this.#read(cursor, directory, table, place);
      if (!names.add(entry.name)) throw unsafe('a directory has two entries of one name');
      previousEnd = entry.end;
      yield entry;
    }
  }

  /** The children sorted by the bytes of their names. Error: INPUT_TOO_LARGE when there are more than `limit`. */
  async list(directory: PxarNode, limit = LISTING_MAX): Promise<PxarEntry[]> {
    const entries: PxarEntry[] = [];
    for await (const entry of this.children(directory)) {
      if (entries.length === limit) {
        throw new BackupError('INPUT_TOO_LARGE', `The directory has more than ${limit} entries.`);
      }
      entries.push(entry);
    }
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** The file that a hardlink is one more name of. */
  async follow(link: PxarLink): Promise<FileNode> {
    const { target, path } = link.what;
    return this.fileAt(target, path, link.position);
  }

  /** The file whose FILENAME is at `position`, as a hardlink to `path` promises; ends before `bound`. */
  async fileAt(position: number, path: ByteText, bound = this.archive.size): Promise<FileNode> {
    const { directory, name } = splitPath(path);
    const entry = await readEntry(new ItemCursor(this.archive), { position, bound, size: null, directory });
    if (isFile(entry) && entry.name === name) return entry;
    throw unsafe(`a hardlink to ${quoted(path)} leads elsewhere`);
  }

  /** Bytes `start` to `end` of a file. */
  async *content(file: FileNode, start = 0, end?: number): AsyncGenerator<Buffer, void, undefined> {
    const { what } = file;
    const last = Math.min(end ?? what.size, what.size);
    const { source, offset } = await this.locate(what.place, what.size);
    yield* readPieces(source, offset + Math.min(start, last), offset + last);
  }

  /** Which stream holds the content, and from where. Checks the header that a payload stream repeats. */
  async locate(place: FilePlace, size: number): Promise<{ source: ArchiveBytes; offset: number }> {
    if (place.stream === 'archive') return { source: this.archive, offset: place.offset };
    const payload = await this.#payloadStream();
    const header = await readRange(payload, place.offset, HEADER_SIZE);
    const type = itemTypeOf(header.readUInt32LE(4), header.readUInt32LE(0));
    if (type !== PAYLOAD || readU64(header, 8) - HEADER_SIZE !== size) {
      throw damaged('a file does not find its content in the payload stream');
    }
    return { source: payload, offset: place.offset + HEADER_SIZE };
  }

  async #payloadStream(): Promise<ArchiveBytes> {
    const payload = this.#payload;
    if (payload === null) {
      throw new BackupError(
        'ARCHIVE_NOT_FOUND',
        'The archive that holds the content of the files is missing.',
      );
    }
    if (this.#isPayloadChecked) return payload;
    const start = await readRange(payload, 0, HEADER_SIZE);
    const tail = await readRange(payload, payload.size - HEADER_SIZE, HEADER_SIZE);
    const isWhole =
      itemTypeOf(start.readUInt32LE(4), start.readUInt32LE(0)) === PAYLOAD_START &&
      itemTypeOf(tail.readUInt32LE(4), tail.readUInt32LE(0)) === PAYLOAD_TAIL;
    if (!isWhole) throw damaged('its payload stream is not whole');
    this.#isPayloadChecked = true;
    return payload;
  }

  async #child(directory: PxarNode, name: ByteText): Promise<PxarEntry | null> {
    const cursor = new ItemCursor(this.archive);
    const table = await this.#tableOf(directory, cursor);
    for await (const place of table.find(sipHash(name))) {
      const found = await readName(cursor, place.position, table.start);
      if (found.name === name) return this.#read(cursor, directory, table, place);
    }
    return null;
  }

  async #tableOf(directory: PxarNode, cursor: ItemCursor): Promise<DirectoryTable> {
    if (directory.what.kind !== 'directory') {
      throw new BackupError('FILE_NOT_FOUND', 'The entry is not a directory.');
    }
    try {
      return await DirectoryTable.open(this.archive, cursor, directory.start, directory.end);
    } catch (error) {
      throw located(error, directory.position, directory.path);
    }
  }

  /** In a split archive the size of a file counts its content or not, so there the items decide. */
  async #read(
    cursor: ItemCursor,
    { path }: PxarNode,
    table: DirectoryTable,
    { position, size }: TablePlace,
  ): Promise<PxarEntry> {
    const place: EntryPlace = { position, bound: table.start, size, directory: path };
    try {
      if (this.version === 1) return await readEntry(cursor, place);
      const entry = await readEntry(cursor, { ...place, size: null });
      return isDirectory(entry) ? await readEntry(cursor, place) : entry;
    } catch (error) {
      throw located(error, position, path);
    }
  }
}
