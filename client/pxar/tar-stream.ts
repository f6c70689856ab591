import { type ByteText, byteTextOf } from './byte-text.ts';
import { type ExportEvent, type ExportOptions, exportEvents } from './export-events.ts';
import { inLargePieces } from './large-pieces.ts';
import { kindOf, plainMetadata, TYPE } from './metadata.ts';
import type { PxarNode } from './pxar-node.ts';
import type { PxarReader } from './pxar-reader.ts';
import { TAR_END, type TarEntry, tarHeader, tarPadding } from './tar-header.ts';

/**
 * A directory of an archive as a tar archive, with names relative to it. Holds every kind but sockets, with
 * owner, mode, exact time and extended attributes, and hardlinks as such where their file is inside. One
 * pass over the archive; memory for a few pieces. Errors: those of `replay`.
 */
export function tarStream(
  reader: PxarReader,
  directory: PxarNode,
  options: ExportOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  return inLargePieces(tarParts(reader, directory, options));
}

async function* tarParts(
  reader: PxarReader,
  directory: PxarNode,
  { signal, omitted }: ExportOptions,
): AsyncGenerator<Uint8Array[], void, undefined> {
  const tar = new TarWriter(omitted ?? (() => {}));
  for await (const batch of exportEvents(reader, directory, { copyLinks: false, signal })) {
    yield batch.map((event) => tar.write(event));
  }
  yield [TAR_END];
}

class TarWriter {
  readonly #omitted: (path: ByteText) => void;
  /** Of the file whose content is being written. */
  #size = 0;

  constructor(omitted: (path: ByteText) => void) {
    this.#omitted = omitted;
  }

  write(event: ExportEvent): Uint8Array {
    if (event.kind === 'data') return event.bytes;
    if (event.kind === 'end') return tarPadding(this.#size);
    if (event.kind === 'file') this.#size = event.size;
    const entry = tarEntry(event);
    if (entry !== null) return tarHeader(entry);
    this.#omitted(event.path);
    return NOTHING;
  }
}

const NOTHING = new Uint8Array(0);
const ROOT = byteTextOf('./');
/** A hardlink has the metadata of its file; extractors take nothing from its own header. */
const OF_LINK = plainMetadata(TYPE.file | 0o644);

type HeadedEvent = Exclude<ExportEvent, { kind: 'data' | 'end' }>;

/** Null for what tar cannot hold. */
function tarEntry(event: HeadedEvent): TarEntry | null {
  const name = event.path;
  switch (event.kind) {
    case 'directory':
      return { type: '5', name: name === '' ? ROOT : (`${name}/` as ByteText), metadata: event.metadata };
    case 'file':
      return { type: '0', name, metadata: event.metadata, size: event.size };
    case 'hardlink':
      return { type: '1', name, metadata: OF_LINK, target: event.target };
    case 'symlink':
      return { type: '2', name, metadata: event.metadata, target: event.target };
    case 'device': {
      const type = kindOf(event.metadata.mode) === 'block' ? '4' : '3';
      return { type, name, metadata: event.metadata, major: event.major, minor: event.minor };
    }
    case 'special':
      return kindOf(event.metadata.mode) === 'fifo' ? { type: '6', name, metadata: event.metadata } : null;
  }
}
