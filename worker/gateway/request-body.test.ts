import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { readBody, readSized } from './request-body.ts';

/** A body that comes in these parts. */
function bodyOf(...parts: Buffer[]): PassThrough {
  const stream = new PassThrough();
  for (const part of parts) stream.write(part);
  stream.end();
  return stream;
}

function counted(bytes: number): Buffer {
  return Buffer.from(Array.from({ length: bytes }, (_, at) => at % 251));
}

const BYTES = counted(200_000);

function singles(bytes: Buffer): Buffer[] {
  return [...bytes].map((byte) => Buffer.from([byte]));
}

describe('a body of an announced size', () => {
  const cuts: [what: string, parts: Buffer[]][] = [
    ['in one part', [BYTES]],
    ['in parts of one byte, then the rest', [...singles(BYTES.subarray(0, 500)), BYTES.subarray(500)]],
    ['cut at the very end of the head', [BYTES.subarray(0, 65_536), BYTES.subarray(65_536)]],
    [
      'cut beside the end of the head',
      [BYTES.subarray(0, 65_535), BYTES.subarray(65_535, 65_537), BYTES.subarray(65_537)],
    ],
  ];
  test.for(cuts)('is read %s', async ([, parts]) => {
    const target = await readSized(bodyOf(...parts), BYTES.length, async () => Buffer.alloc(BYTES.length));
    expect(Buffer.from(target).equals(BYTES)).toBe(true);
  });

  test('of less than a head, of exactly one, and of one byte, is read', async () => {
    for (const size of [1, 100, 65_536, 65_537]) {
      const target = await readSized(bodyOf(BYTES.subarray(0, size)), size, async () => Buffer.alloc(size));
      expect(Buffer.from(target).equals(BYTES.subarray(0, size))).toBe(true);
    }
  });

  test('that is shorter or longer is refused, and memory for it only asked for when it is well under way', async () => {
    let asked = 0;
    const read = (bytes: Buffer, size: number) =>
      readSized(bodyOf(bytes), size, async () => {
        asked += 1;
        return Buffer.alloc(size);
      });
    await expect(read(BYTES.subarray(0, 99), 100)).rejects.toThrow('unexpected size');
    await expect(read(Buffer.alloc(0), 100_000)).rejects.toThrow('unexpected size');
    expect(asked).toBe(0);
    await expect(read(BYTES.subarray(0, 101), 100)).rejects.toThrow('larger than announced');
    await expect(read(BYTES, BYTES.length - 1)).rejects.toThrow('larger than announced');
    await expect(read(BYTES, BYTES.length + 1)).rejects.toThrow('unexpected size');
  });

  test('waits while there is no memory for it, and gives up when its sender does', async () => {
    const stream = new PassThrough({ highWaterMark: 1000 });
    stream.write(BYTES.subarray(0, 70_000));
    let give = (_: Buffer) => {};
    const target = new Promise<Buffer>((resolve) => {
      give = resolve;
    });
    let wasAsked = () => {};
    const asked = new Promise<void>((resolve) => {
      wasAsked = resolve;
    });
    const reading = readSized(stream, BYTES.length, () => {
      wasAsked();
      return target;
    });
    await asked;
    expect(stream.isPaused()).toBe(true);
    stream.destroy();
    give(Buffer.alloc(BYTES.length));
    await expect(reading).rejects.toThrow('ended too early');
  });
});

describe('a body of unknown size', () => {
  test('is collected, whatever its parts', async () => {
    expect(
      (await readBody(bodyOf(...singles(BYTES.subarray(0, 9000))), 9000)).equals(BYTES.subarray(0, 9000)),
    ).toBe(true);
    expect((await readBody(bodyOf(), 10)).length).toBe(0);
  });

  test('that is too large is read to its end and refused', async () => {
    const stream = bodyOf(BYTES, BYTES);
    await expect(readBody(stream, BYTES.length)).rejects.toThrow('request body too large');
    expect(stream.readableEnded).toBe(true);
  });
});
