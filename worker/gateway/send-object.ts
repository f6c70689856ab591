import type { ServerHttp2Stream } from 'node:http2';
import type { Writable } from 'node:stream';
import type { ObjectReader } from '#engine/backends/backend.ts';
import type { ByteBudget } from './byte-budget.ts';

const PIECE_BYTES = 1024 * 1024;

/**
 * Sends a whole object as octets and closes it, no faster than the peer takes it. A piece of it is in memory at a time,
 * which `budget` bounds for all that are being sent.
 */
export async function sendObject(
  stream: ServerHttp2Stream,
  reader: ObjectReader,
  budget: ByteBudget,
): Promise<void> {
  try {
    const release = await budget.take(Math.min(reader.sizeBytes, PIECE_BYTES));
    try {
      const first = await readPiece(reader, 0); // what fails by now can still be answered in words
      if (stream.destroyed) return;
      stream.respond({
        ':status': 200,
        'content-type': 'application/octet-stream',
        'content-length': String(reader.sizeBytes),
      });
      if (await writePiece(stream, first)) {
        if (await pipeObject(stream, reader, first.length)) stream.end();
      }
    } finally {
      release();
    }
  } catch (error) {
    // A cut-off body must not look complete.
    if (stream.headersSent) stream.destroy(error instanceof Error ? error : undefined);
    throw error;
  } finally {
    await reader.close();
  }
}

/** Writes the bytes of an object in pieces, waiting while the peer is slow. False when it has gone. */
export async function pipeObject(target: Writable, reader: ObjectReader, from = 0): Promise<boolean> {
  for (let position = from; position < reader.sizeBytes; position += PIECE_BYTES) {
    if (!(await writePiece(target, await readPiece(reader, position)))) return false;
  }
  return !target.destroyed;
}

async function readPiece(reader: ObjectReader, position: number): Promise<Uint8Array> {
  const piece = Buffer.alloc(Math.min(PIECE_BYTES, reader.sizeBytes - position));
  await reader.read(piece, position);
  return piece;
}

/** False when nobody listens any more. */
export async function writePiece(target: Writable, piece: Uint8Array): Promise<boolean> {
  if (target.destroyed) return false;
  if (!target.write(piece)) await takenOrGone(target);
  return !target.destroyed;
}

function takenOrGone(target: Writable): Promise<void> {
  return new Promise((resolve) => {
    const events = ['drain', 'close', 'error'];
    const settle = () => {
      for (const event of events) target.off(event, settle);
      resolve();
    };
    for (const event of events) target.on(event, settle);
  });
}
