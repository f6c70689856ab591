import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { temporaryDirectory } from '#testing/temporary-directory.ts';
import { DirectWriter, openDirect, pageAligned } from './direct-file.ts';

const SIZE = 3 * 4096 + 100;
let directory: string;
let path: string;
let fd: number;
let directFd: number | null;
let direct: DirectWriter;
const memory = pageAligned(SIZE);
memory.set(randomBytes(SIZE));
const bytes = memory.subarray(0, SIZE);

beforeEach(() => {
  directory = temporaryDirectory();
  path = join(directory, 'image');
  fd = fs.openSync(path, 'w');
  directFd = openDirect(fd);
  direct = new DirectWriter(directFd);
});
afterEach(() => {
  if (directFd !== null) fs.closeSync(directFd);
  fs.closeSync(fd);
});

/** As whoever uses it does: the rest goes the ordinary way. */
function writeAll(part: Buffer, position: number): number {
  const done = direct.write(part, position);
  fs.writeSync(fd, part, done, part.length - done, position + done);
  return done;
}

describe('on this disk', () => {
  test('whole blocks are written directly, the rest is left, and all of it is there', () => {
    expect([0, 3 * 4096]).toContain(writeAll(bytes, 8192)); // 0 where the filesystem cannot
    expect(fs.readFileSync(path).subarray(8192)).toEqual(bytes);
  });

  test.each([
    ['a position that is none of a block', bytes, 100],
    ['memory that does not start at a block', bytes.subarray(8), 0],
    ['less than a block', bytes.subarray(0, 4095), 0],
  ])('%s goes the ordinary way', (_what, part, position) => {
    expect(writeAll(part, position)).toBe(0);
    expect(fs.readFileSync(path).subarray(position)).toEqual(part);
  });

  test('a failure other than not being able to is told', () => {
    const reading = fs.openSync(path, 'r'); // any write through it fails
    try {
      expect(() => new DirectWriter(reading).write(bytes, 0)).toThrow('EBADF');
    } finally {
      fs.closeSync(reading);
    }
  });
});

test('a file that has no direct writes is written the ordinary way', () => {
  const other = fs.openSync('/dev/null', 'w');
  try {
    expect(openDirect(other)).toBeNull();
    expect(new DirectWriter(null).write(bytes, 0)).toBe(0);
  } finally {
    fs.closeSync(other);
  }
});
