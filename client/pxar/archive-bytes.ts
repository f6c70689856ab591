import { damaged } from './archive-errors.ts';
import { asBuffer } from './byte-text.ts';

/** A stream that can be read at any place, such as an index over a chunk cache. */
export interface ArchiveBytes {
  size: number;
  /** Exactly `length` bytes from `offset`. They may be kept by the reader and are not changed later. */
  readAt(offset: number, length: number): Promise<Uint8Array>;
}

/** Reads within the stream. Error: DATA_CORRUPT when the archive points outside of it. */
export async function readRange(source: ArchiveBytes, offset: number, length: number): Promise<Buffer> {
  const isInside = offset >= 0 && length >= 0 && offset + length <= source.size;
  if (!isInside) throw damaged('it points outside of itself');
  const bytes = asBuffer(await source.readAt(offset, length));
  if (bytes.length !== length) throw damaged('it is shorter than its index says');
  return bytes;
}

/** Content is read in pieces of this size. */
const PIECE_SIZE = 1 << 20;

/** The bytes from `start` to `end` in pieces; the next one is under way while the caller works on one. */
export async function* readPieces(
  source: ArchiveBytes,
  start: number,
  end: number,
): AsyncGenerator<Buffer, void, undefined> {
  const read = (at: number) => readRange(source, at, Math.min(PIECE_SIZE, end - at));
  let next = start < end ? read(start) : null;
  try {
    for (let at = start; next !== null; ) {
      const piece: Buffer = await next;
      at += piece.length;
      next = at < end ? read(at) : null;
      next?.catch(() => {}); // reported when it is awaited, or nobody wants it any more
      yield piece;
    }
  } finally {
    await next?.catch(() => {});
  }
}
