/**
 * HTTP/2 frames by hand (RFC 9113), for tests that must see and send what a well-behaved library never would. Knows
 * just enough of header compression: it sends literals, and of what comes it reads the status.
 */

export const FRAME = {
  data: 0,
  headers: 1,
  reset: 3,
  settings: 4,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;
export const FLAG = { endStream: 1, ack: 1, endHeaders: 4, padded: 8, priority: 32 } as const;
export const SETTING = { headerTableSize: 1, initialWindow: 4, maxFrame: 5 } as const;
export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
export const FRAME_HEADER_BYTES = 9;

export interface Frame {
  type: number;
  flags: number;
  stream: number;
  payload: Buffer;
}

export function encodeFrame(type: number, flags: number, stream: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(FRAME_HEADER_BYTES);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** Takes whole frames from the front of `bytes`; what is left of it comes back. */
export function takeFrames(bytes: Buffer, found: (frame: Frame) => void): Buffer {
  let at = 0;
  while (bytes.length - at >= FRAME_HEADER_BYTES) {
    const length = bytes.readUIntBE(at, 3);
    const end = at + FRAME_HEADER_BYTES + length;
    if (bytes.length < end) break;
    found({
      type: bytes.readUInt8(at + 3),
      flags: bytes.readUInt8(at + 4),
      stream: bytes.readUInt32BE(at + 5) & 0x7fffffff,
      payload: bytes.subarray(at + FRAME_HEADER_BYTES, end),
    });
    at = end;
  }
  return bytes.subarray(at);
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export function settingsPayload(settings: [id: number, value: number][]): Buffer {
  return Buffer.concat(
    settings.map(([id, value]) => {
      const bytes = Buffer.alloc(6);
      bytes.writeUInt16BE(id, 0);
      bytes.writeUInt32BE(value, 2);
      return bytes;
    }),
  );
}

export function readSettings(payload: Buffer): Map<number, number> {
  const settings = new Map<number, number>();
  for (let at = 0; at + 6 <= payload.length; at += 6)
    settings.set(payload.readUInt16BE(at), payload.readUInt32BE(at + 2));
  return settings;
}

/** Headers as literals that are never indexed. */
export function encodeHeaders(headers: readonly (readonly [name: string, value: string])[]): Buffer {
  return Buffer.concat(headers.flatMap(([name, value]) => [Buffer.from([0]), literal(name), literal(value)]));
}

function literal(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  return Buffer.concat([prefixed(bytes.length, 7), bytes]);
}

function prefixed(value: number, bits: number): Buffer {
  const full = 2 ** bits - 1;
  if (value < full) return Buffer.from([value]);
  const bytes = [full];
  let rest = value - full;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}

/** Entries 8 to 14 of the static table. */
const STATUSES = [200, 204, 206, 304, 400, 404, 500];
const STATUS_INDEX = 8;

/** The `:status`, which a response has in front of everything else; NaN when it cannot be read. */
export function readStatus(block: Buffer): number {
  let at = 0;
  while (((block[at] ?? 0) & 0xe0) === 0x20) at += 1; // changes of the table's size
  const first = block[at] ?? 0;
  if ((first & 0x80) !== 0) return STATUSES[(first & 0x7f) - STATUS_INDEX] ?? Number.NaN;
  const length = block[at + 1] ?? 0;
  const value = block.subarray(at + 2, at + 2 + (length & 0x7f));
  return Number((length & 0x80) === 0 ? value.toString('latin1') : huffmanDigits(value, 3));
}

/** Digits are 5 bits (0, 1, 2) or 6 bits (3 to 9) long. */
function huffmanDigits(bytes: Buffer, count: number): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  let digits = '';
  for (let at = 0; digits.length < count && at < bits.length; ) {
    const short = Number.parseInt(bits.slice(at, at + 5), 2);
    if (short <= 2) {
      digits += short;
      at += 5;
    } else {
      digits += Number.parseInt(bits.slice(at, at + 6), 2) - 0b011001 + 3;
      at += 6;
    }
  }
  return digits;
}
