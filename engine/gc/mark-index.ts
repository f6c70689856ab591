import { BackupError, isBackupError } from '#domain/errors.ts';
import type { ObjectBackend } from '../backends/backend.ts';
import { DIGEST_BYTES } from '../chunks/digest.ts';
import { DIGEST_AT, DYNAMIC_ENTRY_BYTES } from '../indexes/dynamic-index-reader.ts';
import { openIndex } from '../indexes/open-index.ts';
import type { MarkTable } from './mark-table.ts';

/** Bodies that are remembered for comparing: of an image of 2 TiB, 16 MiB. */
const REMEMBERED_MAX_BYTES = 16 * 1024 * 1024;

export interface MarkedIndex {
  /** Bytes of the archive that it describes. */
  archiveBytes: number;
  entries: number;
}

/**
 * Marks what an index refers to. Snapshots of a group are nearly equal: what stands at the same place of the index of
 * the same name that came just before was marked with that, and a comparison is much cheaper than a look into a table
 * that no cache holds.
 */
export class IndexMarker {
  readonly #backend: ObjectBackend;
  readonly #table: MarkTable;
  #last: { name: string; body: Buffer } | null = null;

  constructor(backend: ObjectBackend, table: MarkTable) {
    this.#backend = backend;
    this.#table = table;
  }

  /** Null when it is gone by now; DATA_CORRUPT, with its key, when it cannot be understood. */
  async mark(key: string): Promise<MarkedIndex | null> {
    const reader = await this.#open(key);
    if (reader === null) return null;
    try {
      const name = key.slice(key.lastIndexOf('/') + 1);
      const index = await openIndex(name, reader);
      const entryBytes = index.kind === 'fixed' ? DIGEST_BYTES : DYNAMIC_ENTRY_BYTES;
      await this.#markBody(name, index.pages(), index.count * entryBytes, entryBytes);
      return { archiveBytes: index.sizeBytes, entries: index.count };
    } catch (error) {
      if (!isBackupError(error, 'DATA_CORRUPT')) throw error;
      throw new BackupError(
        'GC_INDEX_UNREADABLE',
        `Nothing was removed: ${key} cannot be read. ${error.message}`,
        {
          hint: 'Chunks that it needs would be lost. Forget the snapshot, or move the file out of the datastore.',
          cause: error,
        },
      );
    } finally {
      await reader.close();
    }
  }

  async #open(key: string) {
    try {
      return await this.#backend.open(key);
    } catch (error) {
      if (isBackupError(error, 'STORAGE_MISSING')) return null;
      throw error;
    }
  }

  async #markBody(
    name: string,
    pages: AsyncIterable<Buffer>,
    bodyBytes: number,
    entryBytes: number,
  ): Promise<void> {
    const digestAt = entryBytes === DIGEST_BYTES ? 0 : DIGEST_AT;
    const known = this.#last?.name === name ? this.#last.body : null;
    const body = bodyBytes <= REMEMBERED_MAX_BYTES ? Buffer.allocUnsafeSlow(bodyBytes) : null;
    let offset = 0;
    for await (const page of pages) {
      this.#markPage(page, entryBytes, digestAt, known?.subarray(offset) ?? null);
      if (body) page.copy(body, offset);
      offset += page.length;
    }
    this.#last = body && { name, body };
  }

  #markPage(page: Buffer, entryBytes: number, digestAt: number, known: Buffer | null): void {
    const table = this.#table;
    const comparable = known ? Math.min(known.length, page.length) : 0;
    for (let at = digestAt; at < page.length; at += entryBytes) {
      if (known === null || at >= comparable || !hasSameKey(page, known, at)) table.mark(page, at);
    }
  }
}

/** The 64 bits that the table keeps of a digest. */
function hasSameKey(one: Buffer, other: Buffer, at: number): boolean {
  return (
    one.readUInt32LE(at) === other.readUInt32LE(at) && one.readUInt32LE(at + 4) === other.readUInt32LE(at + 4)
  );
}
