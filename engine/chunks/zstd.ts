import { constants as zlib, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import koffi from 'koffi';

/**
 * zstd between two pieces of the caller's memory. Node's own calls make a context and an output buffer for each chunk,
 * which costs as much as a third of the compression itself; the library that Node is linked with takes both from us. A
 * Node that does not show it does the same, slower.
 */

const COMPRESSION_LEVEL = 1;
const FRAME_SLACK = 64 * 1024;
const FRAME_MAGIC = 0xfd2fb528;
const FRAME_HEADER_MAX = 18;
const LIKELY_RATIO_MAX = 16;
const OUTPUT_MIN_BYTES = 64 * 1024;

export interface Zstd {
  /** Level 1, one frame that says how long its content is. The bytes of `target` in use; null when it is too small. */
  compress(payload: Uint8Array, target: Uint8Array): number | null;
  /** All frames of `body`, one behind the other. Null when they do not fit, or are not whole and nothing else. */
  decompress(body: Uint8Array, target: Uint8Array): number | null;
}

/** Of the library in this very program. A context of each kind for every thread, a megabyte each, kept for good. */
function linked(): Zstd | null {
  try {
    const library = koffi.load(null);
    const newCompressor = library.func('void *ZSTD_createCCtx()');
    const newDecompressor = library.func('void *ZSTD_createDCtx()');
    const compress = library.func(
      'size_t ZSTD_compressCCtx(void *context, void *to, size_t room, const void *from, size_t size, int level)',
    );
    const decompress = library.func(
      'size_t ZSTD_decompressDCtx(void *context, void *to, size_t room, const void *from, size_t size)',
    );
    let compressor: unknown;
    let decompressor: unknown;
    return {
      compress(payload, target) {
        compressor ??= newCompressor();
        const { length } = target;
        return fitting(
          compress(compressor, target, length, payload, payload.length, COMPRESSION_LEVEL),
          target,
        );
      },
      decompress(body, target) {
        decompressor ??= newDecompressor();
        return fitting(decompress(decompressor, target, target.length, body, body.length), target);
      },
    };
  } catch {
    return null;
  }
}

/** The library's errors are negative numbers in the guise of very large ones. */
function fitting(answer: number | bigint, target: Uint8Array): number | null {
  return answer <= target.length ? Number(answer) : null;
}

/** By the calls that every Node has. */
export const portableZstd: Zstd = {
  compress(payload, target) {
    const packed = zstdCompressSync(payload, {
      chunkSize: payload.length + FRAME_SLACK,
      pledgedSrcSize: payload.length,
      params: { [zlib.ZSTD_c_compressionLevel]: COMPRESSION_LEVEL },
    });
    if (packed.length > target.length) return null;
    target.set(packed);
    return packed.length;
  },
  decompress(body, target) {
    const payload = decompress(body, target.length);
    if (payload !== null) target.set(payload);
    return payload?.length ?? null;
  },
};

/** Null where the program keeps its library to itself. */
export const linkedZstd = linked();

export const zstd = linkedZstd ?? portableZstd;

/**
 * All frames of a body into new memory, for content whose size nobody knows; null when it is longer than `maxBytes` or
 * damaged. Node decodes one frame per call and would ignore whatever follows in silence.
 */
export function decompress(body: Uint8Array, maxBytes: number): Uint8Array | null {
  const frames: Uint8Array[] = [];
  let consumed = 0;
  let left = maxBytes;
  while (consumed < body.length) {
    const frame = decompressFrame(body.subarray(consumed), left);
    if (frame === null) return null;
    frames.push(frame.payload);
    consumed += frame.consumedBytes;
    left -= frame.payload.length;
  }
  const [first] = frames;
  return frames.length === 1 && first ? first : Buffer.concat(frames);
}

/**
 * One output buffer where the size is known, since `maxBytes` is then exact; for small bodies a smaller one, so
 * that a limit of 128 MiB does not cost 128 MiB.
 */
function decompressFrame(body: Uint8Array, maxBytes: number) {
  // Most bombs say themselves how large they are: these cost nothing.
  if ((zstdContentBytes(body) ?? 0) > maxBytes) return null;
  const likelyBytes = Math.max(body.length * LIKELY_RATIO_MAX, OUTPUT_MIN_BYTES);
  try {
    const { buffer, engine } = zstdDecompressSync(body, {
      chunkSize: Math.min(Math.max(maxBytes, 64), likelyBytes),
      maxOutputLength: Math.max(maxBytes, 1),
      info: true,
    }) as unknown as DecompressInfo;
    return engine.bytesWritten === 0 ? null : { payload: buffer, consumedBytes: engine.bytesWritten };
  } catch {
    return null;
  }
}

/** What `info: true` returns; `bytesWritten` counts the input that the frame took. */
interface DecompressInfo {
  buffer: Buffer;
  engine: { bytesWritten: number };
}

/** What the header of a zstd frame says about the size of its content (RFC 8878 3.1.1); null when it says nothing. */
export function zstdContentBytes(frame: Uint8Array): number | null {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (frame.length < FRAME_HEADER_MAX || view.getUint32(0, true) !== FRAME_MAGIC) return null;
  const descriptor = view.getUint8(4);
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const at = 5 + (isSingleSegment ? 0 : 1) + dictionaryBytes;
  switch (descriptor >>> 6) {
    case 1:
      return view.getUint16(at, true) + 256;
    case 2:
      return view.getUint32(at, true);
    case 3:
      return Number(view.getBigUint64(at, true));
    default:
      return isSingleSegment ? view.getUint8(at) : null;
  }
}
