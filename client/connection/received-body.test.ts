import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { ReceivedBody } from './received-body.ts';

const CONTENT = randomBytes(300_000);

test.each([
  ['as announced', 300_000],
  ['nothing', 0],
  ['too little', 1000],
  ['too much', 400_000],
  ['nonsense', Number.NaN],
  ['more than is believed', 2 ** 40],
])('a body arrives whole when the announced length is %s', (_name, announced) => {
  const body = new ReceivedBody();
  body.expect(announced);
  for (let at = 0; at < CONTENT.length; at += 16_384) body.add(CONTENT.subarray(at, at + 16_384));
  expect(body.take().equals(CONTENT)).toBe(true);
});

test('a body of the announced length is all of its memory, which can then move', () => {
  const body = new ReceivedBody();
  body.expect(1000);
  body.add(CONTENT.subarray(0, 1000));
  expect(body.take().buffer.byteLength).toBe(1000);
});

test('the length may be told after the first pieces', () => {
  const body = new ReceivedBody();
  body.add(CONTENT.subarray(0, 700));
  body.expect(1000);
  body.add(CONTENT.subarray(700, 1000));
  expect(body.take().equals(CONTENT.subarray(0, 1000))).toBe(true);
  expect(body.take().buffer.byteLength).toBe(1000);
});
