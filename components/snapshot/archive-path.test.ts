import { expect, test } from 'vitest';
import { pathsDownTo, readablePath } from './archive-path.ts';

const encode = (text: string) => Buffer.from(text).toString('base64');

test('the way down to a file goes through each directory above it', () => {
  expect(pathsDownTo(encode('etc/ssl/certs'))).toEqual(['etc', 'etc/ssl', 'etc/ssl/certs'].map(encode));
  expect(pathsDownTo(encode('etc'))).toEqual([encode('etc')]);
  expect(pathsDownTo('')).toEqual([]);
});

test('bytes survive the way down, whatever they spell', () => {
  const name = Buffer.from([0x61, 0xff, 0x2f, 0xc3, 0xbc]).toString('base64');
  expect(pathsDownTo(name).at(-1)).toBe(name);
});

test('people read UTF-8, and see where it is none', () => {
  expect(readablePath(encode('home/ünï/cödé'))).toBe('home/ünï/cödé');
  expect(readablePath(Buffer.from([0x61, 0xff]).toString('base64'))).toBe('a\ufffd');
});
