/** The first words of a digest, from its hex digits: what garbage collection knows chunks by. */

const INVALID = 0xff;
const NIBBLES = new Uint8Array(128).fill(INVALID);
for (const [value, digit] of [...'0123456789abcdef'].entries()) NIBBLES[digit.charCodeAt(0)] = value;

/**
 * The 32-bit word that the eight hex digits from `at` on have in memory: little-endian, as a `Uint32Array` over the raw
 * digest shows it. −1 when one of them is no lowercase hex digit.
 */
export function keyOfHex(text: string, at: number): number {
  let word = 0;
  for (let byte = 3; byte >= 0; byte -= 1) {
    const high = nibble(text.charCodeAt(at + 2 * byte));
    const low = nibble(text.charCodeAt(at + 2 * byte + 1));
    if (high === INVALID || low === INVALID) return -1;
    word = (word << 8) | (high << 4) | low;
  }
  return word >>> 0;
}

/** `NaN`, which is what comes after the end of a text, is no digit either. */
function nibble(code: number): number {
  return code < 128 ? (NIBBLES[code] ?? INVALID) : INVALID;
}
