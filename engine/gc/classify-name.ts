import { isTemporaryName } from '../backends/local/temporary-name.ts';
import { digestOfBadName } from '../chunks/chunk-key.ts';
import { DIGEST_BYTES, type Digest, parseDigest } from '../chunks/digest.ts';

/** What a name in a chunk directory stands for; null for what is somebody else's. */
export interface ChunkName {
  /** A chunk; what was set aside of one; what an interrupted write has left of one. */
  kind: 'chunk' | 'bad' | 'leftover';
  digest: Digest;
}

export function classifyName(name: string): ChunkName | null {
  const digest = parseDigest(name);
  if (digest !== null) return { kind: 'chunk', digest };
  const bad = digestOfBadName(name);
  if (bad !== null) return { kind: 'bad', digest: bad };
  const unwritten = isTemporaryName(name) ? parseDigest(name.slice(0, HEX_DIGITS)) : null;
  return unwritten && { kind: 'leftover', digest: unwritten };
}

const HEX_DIGITS = 2 * DIGEST_BYTES;
