import { assert } from '#domain/errors.ts';
import { ByteBuilder } from './byte-builder.ts';
import { type ByteSink, ByteStream } from './byte-stream.ts';
import { type ByteText, EMPTY } from './byte-text.ts';
import { CATALOG_MAGIC, CATALOG_TYPES, type CatalogLeaf } from './catalog-format.ts';

/**
 * The catalog of a snapshot: the names of all its archives, for browsing. It is fed by the writer of the
 * archive itself, so the two cannot differ. A directory's table is written when the directory is left,
 * after the tables of its children; the root table, which lists the archives, comes last.
 */
export class CatalogWriter {
  readonly #stream: ByteStream;
  readonly #open: Table[] = [];
  /** Tables to fill again: as many as the tree is deep. */
  readonly #spare: Table[] = [];
  readonly #head = new ByteBuilder(32);

  constructor(sink: ByteSink) {
    this.#stream = new ByteStream(sink);
    this.#stream.put(CATALOG_MAGIC);
    this.#begin(EMPTY);
  }

  /** `name` as the server calls it, with its extension. */
  startArchive(name: ByteText): void {
    assert(this.#open.length === 1, 'one archive is in the catalog at a time');
    this.#begin(name);
  }

  endArchive(): void {
    assert(this.#open.length === 2, 'every directory of the archive was left');
    this.leave();
  }

  enter(name: ByteText): void {
    assert(this.#open.length >= 2, 'directories belong to an archive');
    this.#begin(name);
  }

  leave(): void {
    const table = this.#open.pop();
    const parent = this.#open.at(-1);
    assert(table !== undefined && parent !== undefined, 'a directory is left after it was entered');
    const start = this.#write(table);
    this.#append(parent, CATALOG_TYPES.directory, table.name);
    parent.links.push({ at: parent.entries.length, start });
  }

  /** `size` as announced in the stream, also for a file that had to be padded. */
  file(name: ByteText, size: number, seconds: number): void {
    const { entries } = this.#append(this.#current(), CATALOG_TYPES.file, name);
    entries.varint(size);
    putSignedVarint(entries, seconds);
  }

  leaf(kind: CatalogLeaf, name: ByteText): void {
    this.#append(this.#current(), CATALOG_TYPES[kind], name);
  }

  /** Writes the root table and the pointer to it; nothing can follow. */
  finish(): void {
    const root = this.#open.pop();
    assert(root !== undefined && this.#open.length === 0, 'every archive was ended');
    const start = this.#write(root);
    this.#stream.put(this.#head.clear().u64(start).filled);
    this.#stream.flush();
  }

  get position(): number {
    return this.#stream.position;
  }

  #current(): Table {
    const table = this.#open.at(-1);
    assert(table !== undefined && this.#open.length >= 2, 'entries belong to an archive');
    return table;
  }

  #begin(name: ByteText): void {
    const table = this.#spare.pop() ?? { name, count: 0, entries: new ByteBuilder(), links: [] };
    this.#open.push(Object.assign(table, { name, count: 0 }));
  }

  #append(table: Table, type: number, name: ByteText): Table {
    table.count += 1;
    table.entries.byte(type).varint(name.length).text(name);
    return table;
  }

  /** Writes a table, weaving in how far back the tables of its directories begin; answers its own start. */
  #write(table: Table): number {
    const start = this.#stream.position;
    const { count, entries, links } = table;
    const distances = links.map((link) => start - link.start);
    const linked = distances.reduce((total, distance) => total + varintSize(distance), 0);
    this.#head
      .clear()
      .varint(varintSize(count) + entries.length + linked)
      .varint(count);
    this.#stream.put(this.#head.filled);
    let done = 0;
    for (const [index, { at }] of links.entries()) {
      this.#stream.put(entries.filled.subarray(done, at));
      this.#stream.put(this.#head.clear().varint(distances[index] ?? 0).filled);
      done = at;
    }
    this.#stream.put(entries.filled.subarray(done));
    entries.clear();
    links.length = 0;
    this.#spare.push(table);
    return start;
  }
}

/** A directory that is not finished. */
interface Table {
  name: ByteText;
  count: number;
  entries: ByteBuilder;
  /** Its directories: where in `entries` the distance belongs, and where their table was written. */
  links: { at: number; start: number }[];
}

function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size += 1;
  return size;
}

/** Negative numbers: the magnitude with the high bit on every byte, then a zero byte. */
function putSignedVarint(builder: ByteBuilder, value: number): void {
  if (value >= 0) {
    builder.varint(value);
    return;
  }
  for (let rest = -value; rest > 0; rest = Math.floor(rest / 0x80)) builder.byte((rest % 0x80) | 0x80);
  builder.byte(0);
}
