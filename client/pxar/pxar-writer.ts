import { assert } from '#domain/errors.ts';
import { ByteBuilder } from './byte-builder.ts';
import { type ByteSink, ByteStream } from './byte-stream.ts';
import { type ByteText, EMPTY, joinPath } from './byte-text.ts';
import type { CatalogWriter } from './catalog-writer.ts';
import { putMetadata } from './encode-metadata.ts';
import { GoodbyeTable } from './goodbye-table.ts';
import { DEVICE, FILENAME, HARDLINK, PAYLOAD, SYMLINK } from './item-types.ts';
import { kindOf, type Metadata } from './metadata.ts';

/** Where a file is that further names of it can point back to. */
export interface LinkTarget {
  /** Start of its FILENAME in the stream. */
  position: number;
  /** From the root of the archive, without a leading slash. */
  path: ByteText;
}

/**
 * Writes the items of one archive and the same events into the catalog. Knows the format and nothing of
 * files: the caller says what there is, in the order of the names, and puts the content of each file.
 *
 * What must hold: a file's content has exactly the announced size, because a reader finds the next item by
 * it, and every directory that is entered is left.
 */
export class PxarWriter {
  /** The content of a file goes here after `file`. */
  readonly stream: ByteStream;
  readonly #catalog: CatalogWriter | null;
  readonly #items = new ByteBuilder();
  readonly #open: OpenDirectory[] = [];
  /** Where the next item must begin: behind the content of the last file. */
  #expected = 0;

  constructor(sink: ByteSink, catalog: CatalogWriter | null = null) {
    this.stream = new ByteStream(sink);
    this.#catalog = catalog;
  }

  /** The first directory is the root and has no name. */
  enter(name: ByteText, metadata: Metadata): void {
    const isRoot = this.#open.length === 0;
    assert(isRoot === (name === ''), 'only the root has no name');
    if (!isRoot) {
      this.#begin(name);
      this.#catalog?.enter(name);
    }
    const start = this.stream.position + this.#items.length;
    this.#open.push({ name, start, table: new GoodbyeTable() });
    putMetadata(this.#items, metadata);
    this.#write();
  }

  /** Ends the directory with its table; for the root that ends the archive. */
  leave(): void {
    const directory = this.#open.pop();
    assert(directory !== undefined, 'a directory is left after it was entered');
    assert(this.stream.position === this.#expected, 'the content of a file has the announced size');
    const start = this.stream.position;
    directory.table.endLast(start);
    directory.table.encode(this.#items, start, directory.start);
    this.#write();
    if (this.#open.length === 0) this.stream.flush();
    else this.#catalog?.leave();
  }

  /** After this exactly `size` bytes go into `stream`. Answers the position that hardlinks need. */
  file(name: ByteText, metadata: Metadata, size: number): number {
    const position = this.#begin(name);
    putMetadata(this.#items, metadata);
    this.#items.header(PAYLOAD, size);
    this.#write();
    this.#expected += size;
    this.#catalog?.file(name, size, metadata.seconds);
    return position;
  }

  symlink(name: ByteText, metadata: Metadata, target: ByteText): void {
    this.#begin(name);
    putMetadata(this.#items, metadata);
    this.#items
      .header(SYMLINK, target.length + 1)
      .text(target)
      .byte(0);
    this.#write();
    this.#catalog?.leaf('symlink', name);
  }

  hardlink(name: ByteText, target: LinkTarget): void {
    const position = this.#begin(name);
    this.#items.header(HARDLINK, 8 + target.path.length + 1);
    this.#items
      .u64(position - target.position)
      .text(target.path)
      .byte(0);
    this.#write();
    this.#catalog?.leaf('hardlink', name);
  }

  device(name: ByteText, metadata: Metadata, major: number, minor: number): void {
    const kind = kindOf(metadata.mode);
    assert(kind === 'block' || kind === 'character', 'only devices have numbers');
    this.#begin(name);
    putMetadata(this.#items, metadata);
    this.#items.header(DEVICE, DEVICE.contentMin).u64(major).u64(minor);
    this.#write();
    this.#catalog?.leaf(kind, name);
  }

  /** A fifo or a socket: nothing follows the metadata. */
  special(name: ByteText, metadata: Metadata): void {
    const kind = kindOf(metadata.mode);
    assert(kind === 'fifo' || kind === 'socket', 'other kinds have content');
    this.#begin(name);
    putMetadata(this.#items, metadata);
    this.#write();
    this.#catalog?.leaf(kind, name);
  }

  /** Path of a child of the open directory. */
  pathOf(name: ByteText): ByteText {
    return joinPath(
      this.#open.reduce((path, { name: part }) => joinPath(path, part), EMPTY),
      name,
    );
  }

  /** FILENAME and an entry of the open directory's table; answers where it begins. */
  #begin(name: ByteText): number {
    const directory = this.#open.at(-1);
    assert(directory !== undefined, 'entries stand in a directory');
    const position = this.stream.position;
    assert(position === this.#expected, 'the content of a file has the announced size');
    directory.table.add(name, position);
    this.#items
      .header(FILENAME, name.length + 1)
      .text(name)
      .byte(0);
    return position;
  }

  #write(): void {
    this.stream.put(this.#items.filled);
    this.#items.clear();
    this.#expected = this.stream.position;
  }
}

interface OpenDirectory {
  name: ByteText;
  /** Start of its ENTRY; for the root of the stream. */
  start: number;
  table: GoodbyeTable;
}
