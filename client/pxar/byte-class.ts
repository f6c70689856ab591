import { ok, type Result, refuse } from '#domain/result.ts';
import type { ByteText } from './byte-text.ts';

/** A set of bytes in a pattern: `[a-z]`, `[!x]` or `[^x]` for all but, `[[:digit:]]` by name. */

export interface ByteClass {
  /** 1 for every byte in the set. */
  bytes: Uint8Array;
  /** Behind the closing bracket. */
  end: number;
}

/** Reads the set that opens at `start`. Error: PATTERN_INVALID. */
export function parseByteClass(text: ByteText, start: number): Result<ByteClass> {
  const isNegated = text.charAt(start + 1) === '!' || text.charAt(start + 1) === '^';
  const first = start + (isNegated ? 2 : 1);
  const bytes = new Uint8Array(256);
  for (let at = first; at < text.length; ) {
    if (text.charAt(at) === ']' && at > first) {
      return ok({ bytes: isNegated ? bytes.map((member) => 1 - member) : bytes, end: at + 1 });
    }
    const next = text.startsWith('[:', at) ? addNamed(bytes, text, at) : addRange(bytes, text, at);
    if (next === null) break;
    at = next;
  }
  return refuse('PATTERN_INVALID', 'A set of characters in the pattern is not closed or not known.', {
    hint: 'Close it with ]; write \\[ for a literal bracket.',
  });
}

const NAMED: Readonly<Record<string, RegExp>> = {
  alnum: /[A-Za-z0-9]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  cntrl: /\p{Cc}/u,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[ \t-\r]/,
  upper: /[A-Z]/,
  xdigit: /[A-Fa-f0-9]/,
};

/** `[:alpha:]`: adds its ASCII bytes and answers where it ends; null when there is no such name. */
function addNamed(bytes: Uint8Array, text: ByteText, at: number): number | null {
  const close = text.indexOf(':]', at);
  const member = close < 0 ? undefined : NAMED[text.slice(at + 2, close)];
  if (member === undefined) return null;
  for (let code = 0; code < 128; code++) if (member.test(String.fromCharCode(code))) bytes[code] = 1;
  return close + 2;
}

/** One byte or `a-z`, either end escaped or not; null when the pattern ends inside. */
function addRange(bytes: Uint8Array, text: ByteText, at: number): number | null {
  const from = byteAt(text, at);
  const isRange =
    text.charAt(from.end) === '-' && from.end + 1 < text.length && text.charAt(from.end + 1) !== ']';
  const to = isRange ? byteAt(text, from.end + 1) : from;
  if (Number.isNaN(from.code) || Number.isNaN(to.code)) return null;
  bytes.fill(1, Math.min(from.code, to.code), Math.max(from.code, to.code) + 1);
  return to.end;
}

function byteAt(text: ByteText, at: number): { code: number; end: number } {
  const isEscaped = text.charAt(at) === '\\';
  return { code: text.charCodeAt(isEscaped ? at + 1 : at), end: at + (isEscaped ? 2 : 1) };
}
