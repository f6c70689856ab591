import { expect, test } from 'vitest';
import { byteTextOf } from './byte-text.ts';
import { checkItemTypes, ITEM_TYPES, itemTypeOf } from './item-types.ts';
import { compareHash, type Hash64, sipHash } from './siphash.ts';

function hex({ high, low }: Hash64): string {
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}

test('the generic test vector of SipHash-2-4 comes out', () => {
  const message = String.fromCharCode(...Array(15).keys());
  const key = {
    k0: { high: 0x07060504, low: 0x03020100 },
    k1: { high: 0x0f0e0d0c, low: 0x0b0a0908 },
  };
  expect(hex(sipHash(message, key))).toBe('a129ca6149be45e5');
});

test.each([
  ['', '76614015f8d1bb6c'],
  ['a', '0c26e9067c2c7bcf'],
  ['file.txt', '967764f630c3da14'],
  ['\xff\xfe', 'd40f34bd0209240a'],
  [byteTextOf('ü'), '8e84b2261f41147d'],
])('the name %j has the hash of the format', (name, expected) => {
  expect(hex(sipHash(name))).toBe(expected);
});

test('names of every length up to three blocks hash like the definition in 64-bit numbers', () => {
  for (let length = 0; length < 25; length++) {
    const name = String.fromCharCode(...Array.from({ length }, (_, index) => (index * 37 + 200) % 256));
    expect(hex(sipHash(name))).toBe(bySlowArithmetic(name));
  }
});

test('hashes compare as unsigned numbers', () => {
  const small = { high: 0x7fffffff, low: 0xffffffff };
  const large = { high: 0x80000000, low: 0 };
  expect(compareHash(small, large)).toBeLessThan(0);
  expect(compareHash(large, { high: 0x80000000, low: 0xffffffff })).toBeLessThan(0);
});

test('every item id is the hash of its label', () => {
  expect(checkItemTypes()).toEqual([]);
  expect(ITEM_TYPES).toHaveLength(22);
});

test('an id is found by both of its halves only', () => {
  for (const type of ITEM_TYPES) {
    expect(itemTypeOf(type.high, type.low)).toBe(type);
    expect(itemTypeOf(type.high ^ 1, type.low)).toBeUndefined();
  }
});

/** The definition, word for word, with BigInt. */
function bySlowArithmetic(name: string): string {
  const mask = (1n << 64n) - 1n;
  const rotate = (word: bigint, by: bigint) => ((word << by) | (word >> (64n - by))) & mask;
  const [k0, k1] = [0x83ac3f1cfbb450dbn, 0xaa4f1b6879369fbdn];
  let [a, b, c, d] = [
    k0 ^ 0x736f6d6570736575n,
    k1 ^ 0x646f72616e646f6dn,
    k0 ^ 0x6c7967656e657261n,
    k1 ^ 0x7465646279746573n,
  ];
  const round = () => {
    a = (a + b) & mask;
    b = rotate(b, 13n) ^ a;
    a = rotate(a, 32n);
    c = (c + d) & mask;
    d = rotate(d, 16n) ^ c;
    a = (a + d) & mask;
    d = rotate(d, 21n) ^ a;
    c = (c + b) & mask;
    b = rotate(b, 17n) ^ c;
    c = rotate(c, 32n);
  };
  const padded = Buffer.alloc((Math.floor(name.length / 8) + 1) * 8);
  padded.write(name, 'latin1');
  padded[padded.length - 1] = name.length;
  for (let at = 0; at < padded.length; at += 8) {
    const word = padded.readBigUInt64LE(at);
    d ^= word;
    round();
    round();
    a ^= word;
  }
  c ^= 0xffn;
  for (let count = 0; count < 4; count++) round();
  return (a ^ b ^ c ^ d).toString(16).padStart(16, '0');
}
