/** Pieces below this are joined: a tree of small files would otherwise be sent header by header. */
const PIECE_SIZE = 64 * 1024;

/** The same bytes in pieces worth sending. Large pieces are passed on without a copy. */
export async function* inLargePieces(
  batches: AsyncIterable<readonly Uint8Array[]>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let held: Uint8Array[] = [];
  let heldSize = 0;
  for await (const batch of batches) {
    for (const part of batch) {
      if (heldSize > 0 && heldSize + part.length > PIECE_SIZE) {
        yield Buffer.concat(held, heldSize);
        held = [];
        heldSize = 0;
      }
      if (part.length > PIECE_SIZE) {
        yield part;
        continue;
      }
      held.push(part);
      heldSize += part.length;
    }
  }
  if (heldSize > 0) yield Buffer.concat(held, heldSize);
}
