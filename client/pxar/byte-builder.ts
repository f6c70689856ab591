import type { ByteText } from './byte-text.ts';
import { HEADER_SIZE, type ItemType } from './item-types.ts';

/**
 * Little-endian fields one after the other in memory that grows. One builder is filled, handed on and
 * cleared over and over, so that writing an entry costs no allocation.
 */
export class ByteBuilder {
  length = 0;
  #bytes: Buffer;
  #view: DataView;

  constructor(capacity = 1024) {
    this.#bytes = Buffer.allocUnsafeSlow(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** What was written since the last clear; valid until the next write. */
  get filled(): Buffer {
    return this.#bytes.subarray(0, this.length);
  }

  clear(): this {
    this.length = 0;
    return this;
  }

  header(type: ItemType, contentSize: number): this {
    return this.u32(type.low)
      .u32(type.high)
      .u64(contentSize + HEADER_SIZE);
  }

  byte(value: number): this {
    this.#reserve(1);
    this.#view.setUint8(this.length, value);
    this.length += 1;
    return this;
  }

  u16(value: number): this {
    this.#reserve(2);
    this.#view.setUint16(this.length, value, true);
    this.length += 2;
    return this;
  }

  u32(value: number): this {
    this.#reserve(4);
    this.#view.setUint32(this.length, value, true);
    this.length += 4;
    return this;
  }

  /** Exact up to 2^53 − 1; negative numbers in two's complement. */
  u64(value: number): this {
    this.#reserve(8);
    this.#view.setUint32(this.length, value % 2 ** 32, true);
    this.#view.setUint32(this.length + 4, Math.floor(value / 2 ** 32), true);
    this.length += 8;
    return this;
  }

  /** Seven bits a byte, lowest first, the high bit set on all but the last. */
  varint(value: number): this {
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    return this.byte(rest);
  }

  text(text: ByteText): this {
    this.#reserve(text.length);
    if (text.length > SHORT) this.#bytes.write(text, this.length, 'latin1');
    else for (let i = 0; i < text.length; i++) this.#view.setUint8(this.length + i, text.charCodeAt(i));
    this.length += text.length;
    return this;
  }

  bytes(bytes: Uint8Array): this {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.length);
    this.length += bytes.length;
    return this;
  }

  #reserve(size: number): void {
    if (this.length + size <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.length + size));
    larger.set(this.filled);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

/** Up to here a loop beats the call into Node's own encoder. */
const SHORT = 24;
