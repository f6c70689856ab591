import { readdirSync, readFileSync, statSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ByteBuilder } from './byte-builder.ts';
import type { ByteText } from './byte-text.ts';
import { checkArchive } from './check-archive.ts';
import { exportEvents } from './export-events.ts';
import { RawArchive } from './fixtures/raw-archive.ts';
import { collected, inMemory, TestFolder } from './fixtures/round-trip.ts';
import { PAYLOAD, PAYLOAD_START, PAYLOAD_TAIL } from './item-types.ts';
import { isDirectory, isFile, isHardlink } from './pxar-node.ts';
import { PxarReader } from './pxar-reader.ts';
import { restoreEntry } from './restore-entry.ts';

/**
 * A split archive as a client leaves it that used chunks again: contents in another order than the metadata,
 * with foreign bytes between them.
 */

const FOREIGN = Buffer.alloc(77, 0xee);

function splitArchive(): { archive: Buffer; payload: Buffer } {
  const payload = new ByteBuilder().header(PAYLOAD_START, 0);
  const place = (content: string) => {
    payload.bytes(FOREIGN);
    const offset = payload.length;
    payload.header(PAYLOAD, content.length).bytes(Buffer.from(content));
    return offset;
  };
  const [last, empty, first] = [place('the last'), place(''), place('the first')];
  payload.bytes(FOREIGN).header(PAYLOAD_TAIL, 0);
  const raw = new RawArchive().enterSplit().reference('a', first, 9).enter('d');
  const position = raw.position;
  raw.reference('b', empty, 0).enter('e').reference('c', last, 8).leave().leave();
  raw.hardlink('z', 'd/b', position).leave();
  return { archive: raw.bytes, payload: Buffer.from(payload.filled) };
}

let folder: TestFolder;
let reader: PxarReader;

beforeEach(async () => {
  folder = new TestFolder();
  const { archive, payload } = splitArchive();
  reader = await PxarReader.open(inMemory(archive), inMemory(payload));
});
afterEach(() => folder.remove());

describe('a split archive', () => {
  test('is whole by its tables and references', async () => {
    expect(await checkArchive(reader)).toEqual({
      files: 3,
      directories: 3,
      hardlinks: 1,
      others: 0,
      bytes: 17,
    });
  });

  test('is browsed and read by its tables', async () => {
    const file = await reader.lookup('d/e/c' as ByteText);
    if (file === null || !isFile(file)) throw new Error('not found');
    expect(Buffer.concat(await collected(reader.content(file, 4))).toString()).toBe('last');
    expect((await reader.list(reader.root)).map(({ name, what }) => [name, what.kind])).toEqual([
      ['a', 'file'],
      ['d', 'directory'],
      ['z', 'hardlink'],
    ]);
    const link = await reader.lookup('z' as ByteText);
    expect(link !== null && isHardlink(link) && (await reader.follow(link)).path).toBe('d/b');
  });

  test('is restored whole, with its hardlink', async () => {
    const target = folder.at('target');
    const totals = await restoreEntry(reader, reader.root, { target, options: { owner: false } });
    expect(totals).toMatchObject({ files: 3, directories: 3, hardlinks: 1, bytes: 17, failed: 0 });
    expect(readFileSync(`${target}/a`, 'utf8')).toBe('the first');
    expect(readFileSync(`${target}/d/e/c`, 'utf8')).toBe('the last');
    expect(statSync(`${target}/z`)).toMatchObject({ nlink: 2, size: 0 });
  });

  test('is restored and exported in part', async () => {
    const directory = await reader.lookup('d/e' as ByteText);
    if (directory === null || !isDirectory(directory)) throw new Error('not found');
    const target = folder.at('target');
    await restoreEntry(reader, directory, { target, options: { owner: false } });
    expect(readdirSync(target)).toEqual(['c']);
    const events = (await collected(exportEvents(reader, directory, { copyLinks: true }))).flat();
    const kinds = events.map(({ kind }) => kind);
    expect(kinds).toEqual(['directory', 'file', 'data', 'end']);
  });
});
