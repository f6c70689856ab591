import { type BlobKind, chunkMinBytes } from './data-blob.ts';

/** A chunk file that is there already, as far as the rule needs to know it. */
export interface StoredChunk {
  sizeBytes: number;
  /** Null when its first bytes are no blob magic. */
  kind: BlobKind | null;
  /** It was written shortly before a power cut or crash, and its checksum is wrong. */
  torn: boolean;
}

export interface IncomingChunk {
  sizeBytes: number;
  kind: BlobKind;
}

export type InsertDecision =
  | { action: 'keep' }
  | { action: 'write'; warning?: string }
  | { action: 'refuse'; reason: string };

/**
 * What to do with a chunk that is stored already (docs/formats/datastore.md).
 *
 * A plain chunk was checked against its digest before this is asked, an encrypted one cannot be: whoever may
 * back up could store rubbish under the digest of a plain chunk that is not there yet. So verified plain bytes
 * always win over stored encrypted ones, and encrypted ones never take the place of plain ones, not even of torn ones.
 */
export function decideInsert(stored: StoredChunk | null, incoming: IncomingChunk): InsertDecision {
  if (stored === null) return { action: 'write' };
  if (stored.sizeBytes === 0)
    return { action: 'write', warning: 'an empty file under its name was replaced' };
  if (stored.kind === null) return { action: 'write', warning: 'a file without blob magic was replaced' };
  if (stored.sizeBytes < chunkMinBytes(stored.kind))
    return { action: 'write', warning: 'a file that is too short for a chunk was replaced' };
  return incoming.kind.encrypted
    ? decideEncrypted(stored.kind, stored, incoming)
    : decidePlain(stored.kind, stored, incoming);
}

function decideEncrypted(storedKind: BlobKind, stored: StoredChunk, incoming: IncomingChunk): InsertDecision {
  if (!storedKind.encrypted) {
    return { action: 'refuse', reason: 'an encrypted chunk has the digest of a plain one' };
  }
  if (stored.torn) return { action: 'write' };
  if (stored.sizeBytes !== incoming.sizeBytes && !storedKind.compressed && !incoming.kind.compressed) {
    return { action: 'refuse', reason: 'an encrypted chunk has the digest of another one' };
  }
  return { action: 'keep' };
}

function decidePlain(storedKind: BlobKind, stored: StoredChunk, incoming: IncomingChunk): InsertDecision {
  if (storedKind.encrypted) {
    return { action: 'write', warning: 'an encrypted chunk under the digest of plain data was replaced' };
  }
  return stored.torn || stored.sizeBytes > incoming.sizeBytes ? { action: 'write' } : { action: 'keep' };
}
