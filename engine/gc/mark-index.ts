import { BackupError, isBackupError } from '#domain/errors.ts';
import type { ObjectBackend, ObjectReader } from '../backends/backend.ts';
import { DIGEST_BYTES } from '../chunks/digest.ts';
import { DIGEST_AT, DYNAMIC_ENTRY_BYTES } from '../indexes/dynamic-index-reader.ts';
import { HEADER_BYTES } from '../indexes/index-header.ts';
import { openIndex } from '../indexes/open-index.ts';
import { isTrashKey } from '../trash/trash-layout.ts';
import { BodyMemory } from './body-memory.ts';
import type { MarkTable } from './mark-table.ts';

/** Read at once; a multiple of both entry lengths. */
const PIECE_BYTES = 1280 * 1024;
/** So much of an index is remembered for comparing: of an image of 2 TiB all of it. */
const BODY_MAX_BYTES = 13 * PIECE_BYTES;
const WORD_BYTES = Uint32Array.BYTES_PER_ELEMENT;

const IN_TRASH = 'Empty it from the trash: ironcore-backup trash empty DATASTORE ITEM';
const OUTSIDE_TRASH =
  'Forget the snapshot and empty it from the trash, or move the file out of the datastore.';

export interface MarkedIndex {
  /** Bytes of the archive that it describes. */
  archiveBytes: number;
  entries: number;
}

/**
 * Marks what indexes refer to. Snapshots of a group are nearly equal: what stands at the same place of the index of the
 * same name that came before was marked with that, and a comparison is much cheaper than a look into a table that no
 * cache holds.
 */
export class IndexMarker {
  readonly #backend: ObjectBackend;
  readonly #table: MarkTable;
  readonly #bodies = new BodyMemory();
  readonly #piece = new Uint32Array(PIECE_BYTES / WORD_BYTES);

  constructor(backend: ObjectBackend, table: MarkTable) {
    this.#backend = backend;
    this.#table = table;
  }

  /** What comes next has nothing to do with what came before. */
  beginGroup(): void {
    this.#bodies.forgetAll();
  }

  /** Null when it is gone by now; GC_INDEX_UNREADABLE, with its key, when it cannot be understood. */
  async mark(key: string, signal: AbortSignal): Promise<MarkedIndex | null> {
    signal.throwIfAborted();
    const reader = await this.#open(key);
    if (reader === null) return null;
    try {
      const name = key.slice(key.lastIndexOf('/') + 1);
      const { kind, sizeBytes, count } = await openIndex(name, reader);
      const [entryBytes, digestAt] = kind === 'fixed' ? [DIGEST_BYTES, 0] : [DYNAMIC_ENTRY_BYTES, DIGEST_AT];
      await this.#markBody(name, reader, { bodyBytes: count * entryBytes, entryBytes, digestAt }, signal);
      return { archiveBytes: sizeBytes, entries: count };
    } catch (error) {
      if (!isBackupError(error, 'DATA_CORRUPT')) throw error;
      throw new BackupError(
        'GC_INDEX_UNREADABLE',
        `Nothing was removed: ${key} cannot be read. ${error.message}`,
        {
          hint: `Chunks that it needs would be lost. ${isTrashKey(key) ? IN_TRASH : OUTSIDE_TRASH}`,
          cause: error,
        },
      );
    } finally {
      await reader.close();
    }
  }

  async #open(key: string): Promise<ObjectReader | null> {
    try {
      return await this.#backend.open(key);
    } catch (error) {
      if (isBackupError(error, 'STORAGE_MISSING')) return null;
      throw error;
    }
  }

  async #markBody(
    name: string,
    reader: ObjectReader,
    { bodyBytes, ...entry }: Body,
    signal: AbortSignal,
  ): Promise<void> {
    const known = this.#bodies.last(name);
    const body = this.#bodies.take(Math.min(bodyBytes, BODY_MAX_BYTES));
    for (let offset = 0; offset < bodyBytes; offset += PIECE_BYTES) {
      signal.throwIfAborted();
      const at = offset / WORD_BYTES;
      const words = Math.min(PIECE_BYTES, bodyBytes - offset) / WORD_BYTES;
      const isKept = body !== null && at < body.length;
      const piece = isKept ? body.subarray(at, at + words) : this.#piece.subarray(0, words);
      await reader.read(
        new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength),
        HEADER_BYTES + offset,
      );
      await this.#table.makeRoom(piece.byteLength / entry.entryBytes);
      markPiece(this.#table, piece, known.subarray(at), entry);
    }
    this.#bodies.remember(name, body);
  }
}

interface Entry {
  entryBytes: number;
  /** Where the digest begins in an entry. */
  digestAt: number;
}

type Body = Entry & { bodyBytes: number };

/** Marks each entry of a piece, unless the same digest stands at the same place of `known`. */
function markPiece(
  table: MarkTable,
  piece: Uint32Array,
  known: Uint32Array,
  { entryBytes, digestAt }: Entry,
): void {
  const step = entryBytes / WORD_BYTES;
  for (let at = digestAt / WORD_BYTES; at < piece.length; at += step) {
    const first = piece[at] ?? 0;
    const second = piece[at + 1] ?? 0;
    // Beyond its end `known` is undefined, which equals no word.
    if (known[at] !== first || known[at + 1] !== second) table.mark(first, second);
  }
}
