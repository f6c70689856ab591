import { crc32 } from 'node:zlib';
import { assert } from '#domain/errors.ts';
import { type ByteText, bytesOf } from './byte-text.ts';
import { type ExportEvent, type ExportOptions, exportEvents } from './export-events.ts';
import { inLargePieces } from './large-pieces.ts';
import type { Metadata } from './metadata.ts';
import type { PxarNode } from './pxar-node.ts';
import type { PxarReader } from './pxar-reader.ts';
import { centralHeader, descriptor, endRecords, localHeader, type ZipEntry } from './zip-records.ts';

/**
 * A directory of an archive as a zip archive, not compressed, with names relative to it. Holds directories,
 * files and symbolic links; hardlinks become files; other kinds are omitted. One pass; memory for a few
 * pieces and about 100 bytes an entry for the directory at the end. Errors: those of `replay`.
 */
export function zipStream(
  reader: PxarReader,
  directory: PxarNode,
  options: ExportOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  return inLargePieces(zipParts(reader, directory, options));
}

async function* zipParts(
  reader: PxarReader,
  directory: PxarNode,
  { signal, omitted }: ExportOptions,
): AsyncGenerator<Uint8Array[], void, undefined> {
  const zip = new ZipWriter(omitted ?? (() => {}));
  for await (const batch of exportEvents(reader, directory, { copyLinks: true, signal })) {
    yield batch.flatMap((event) => zip.write(event));
  }
  yield zip.finish();
}

/** Counts bytes and checksums, and gathers the directory that ends the archive. */
class ZipWriter {
  readonly #omitted: (path: ByteText) => void;
  #position = 0;
  #entry: ZipEntry | null = null;
  readonly #directory: Buffer[] = [];

  constructor(omitted: (path: ByteText) => void) {
    this.#omitted = omitted;
  }

  write(event: ExportEvent): Uint8Array[] {
    switch (event.kind) {
      case 'data':
        return [this.#content(event.bytes)];
      case 'end':
        return [this.#end()];
      case 'file':
        return [this.#begin(event.path, event.metadata, event.size)];
      case 'directory': // the exported one is what the archive stands for
        if (event.path === '') return [];
        return [this.#begin(`${event.path}/` as ByteText, event.metadata, 0), this.#end()];
      case 'symlink': {
        const begin = this.#begin(event.path, event.metadata, event.target.length);
        return [begin, this.#content(bytesOf(event.target)), this.#end()];
      }
      default:
        this.#omitted(event.path);
        return [];
    }
  }

  finish(): Uint8Array[] {
    const start = this.#position;
    const headers = this.#directory.map((header) => this.#count(header));
    return [...headers, endRecords(headers.length, start, this.#position - start)];
  }

  #begin(name: ByteText, { mode, seconds }: Metadata, size: number): Uint8Array {
    this.#entry = { name, mode, seconds, size, crc: 0, offset: this.#position };
    return this.#count(localHeader(this.#entry));
  }

  #content(bytes: Uint8Array): Uint8Array {
    if (this.#entry !== null) this.#entry.crc = crc32(bytes, this.#entry.crc);
    return this.#count(bytes);
  }

  #end(): Uint8Array {
    assert(this.#entry !== null, 'content ends after it began');
    this.#directory.push(centralHeader(this.#entry));
    return this.#count(descriptor(this.#entry));
  }

  #count(bytes: Uint8Array): Uint8Array {
    this.#position += bytes.length;
    return bytes;
  }
}
