/**
 * SipHash-2-4, the hash of names in goodbye tables. 64-bit words are kept as two halves of 32 bits, because
 * BigInt would take most of the time of a backup of many small files.
 */

/** 64 bits; both halves unsigned. */
export interface Hash64 {
  high: number;
  low: number;
}

export interface SipKey {
  k0: Hash64;
  k1: Hash64;
}

/** The key of the format: from the SHA-1 of `PROXMOX ARCHIVE FORMAT`. */
export const PXAR_KEY: SipKey = {
  k0: { high: 0x83ac3f1c, low: 0xfbb450db },
  k1: { high: 0xaa4f1b68, low: 0x79369fbd },
};

/** Unsigned order, as tables are sorted. */
export function compareHash(a: Hash64, b: Hash64): number {
  return a.high - b.high || a.low - b.low;
}

const FINAL_ROUNDS = 4;

/** Hash of `text`, one byte per character. */
export function sipHash(text: string, { k0, k1 }: SipKey = PXAR_KEY): Hash64 {
  const blocks = (text.length >>> 3) + 1; // the last one holds the rest and the length
  let a1 = k0.high ^ 0x736f6d65;
  let a0 = k0.low ^ 0x70736575;
  let b1 = k1.high ^ 0x646f7261;
  let b0 = k1.low ^ 0x6e646f6d;
  let c1 = k0.high ^ 0x6c796765;
  let c0 = k0.low ^ 0x6e657261;
  let d1 = k1.high ^ 0x74656462;
  let d0 = k1.low ^ 0x79746573;
  for (let block = 0; block <= blocks; block++) {
    const isFinal = block === blocks;
    const high = isFinal ? 0 : wordAt(text, block * 8 + 4);
    const low = isFinal ? 0 : wordAt(text, block * 8);
    if (isFinal) c0 ^= 0xff;
    d1 ^= high;
    d0 ^= low;
    for (let round = isFinal ? FINAL_ROUNDS : 2; round > 0; round--) {
      // a += b; b = rotl(b, 13) ^ a; a = rotl(a, 32)
      let sum = (a0 >>> 0) + (b0 >>> 0);
      let top = (a1 + b1 + (sum > 0xffffffff ? 1 : 0)) | 0;
      let turned = (b1 << 13) | (b0 >>> 19);
      a1 = sum | 0;
      a0 = top;
      b0 = ((b0 << 13) | (b1 >>> 19)) ^ a1;
      b1 = turned ^ a0;
      // c += d; d = rotl(d, 16) ^ c
      sum = (c0 >>> 0) + (d0 >>> 0);
      c1 = (c1 + d1 + (sum > 0xffffffff ? 1 : 0)) | 0;
      c0 = sum | 0;
      turned = (d1 << 16) | (d0 >>> 16);
      d0 = ((d0 << 16) | (d1 >>> 16)) ^ c0;
      d1 = turned ^ c1;
      // a += d; d = rotl(d, 21) ^ a
      sum = (a0 >>> 0) + (d0 >>> 0);
      a1 = (a1 + d1 + (sum > 0xffffffff ? 1 : 0)) | 0;
      a0 = sum | 0;
      turned = (d1 << 21) | (d0 >>> 11);
      d0 = ((d0 << 21) | (d1 >>> 11)) ^ a0;
      d1 = turned ^ a1;
      // c += b; b = rotl(b, 17) ^ c; c = rotl(c, 32)
      sum = (c0 >>> 0) + (b0 >>> 0);
      top = (c1 + b1 + (sum > 0xffffffff ? 1 : 0)) | 0;
      turned = (b1 << 17) | (b0 >>> 15);
      c1 = sum | 0;
      c0 = top;
      b0 = ((b0 << 17) | (b1 >>> 15)) ^ c1;
      b1 = turned ^ c0;
    }
    a1 ^= high;
    a0 ^= low;
  }
  return { high: (a1 ^ b1 ^ c1 ^ d1) >>> 0, low: (a0 ^ b0 ^ c0 ^ d0) >>> 0 };
}

/** Four bytes as a little-endian word; the top byte of the last block is the length of the text. */
function wordAt(text: string, at: number): number {
  if (at + 4 <= text.length) {
    return (
      text.charCodeAt(at) |
      (text.charCodeAt(at + 1) << 8) |
      (text.charCodeAt(at + 2) << 16) |
      (text.charCodeAt(at + 3) << 24)
    );
  }
  let word = at % 8 === 4 ? text.length << 24 : 0;
  for (let i = at; i < text.length; i++) word |= text.charCodeAt(i) << (8 * (i - at));
  return word;
}
