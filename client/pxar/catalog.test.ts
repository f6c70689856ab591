import { describe, expect, test } from 'vitest';
import { isBackupError } from '#domain/errors.ts';
import { ByteBuilder } from './byte-builder.ts';
import { type ByteText, byteTextOf } from './byte-text.ts';
import { CATALOG_MAGIC } from './catalog-format.ts';
import { type CatalogEntry, CatalogReader } from './catalog-reader.ts';
import { CatalogWriter } from './catalog-writer.ts';
import { H1, H2 } from './fixtures/golden.ts';
import { MemorySink } from './fixtures/memory-sink.ts';
import { inMemory } from './fixtures/round-trip.ts';
import { mutated, Seeded } from './fixtures/seeded.ts';

const ROOT = byteTextOf('root.pxar.didx');

async function list(catalog: Buffer, ...path: string[]): Promise<CatalogEntry[]> {
  return (await CatalogReader.open(inMemory(catalog))).list(path as ByteText[]);
}

function written(work: (catalog: CatalogWriter) => void): Buffer {
  const sink = new MemorySink(30);
  const catalog = new CatalogWriter(sink);
  work(catalog);
  catalog.finish();
  return sink.bytes;
}

describe('what the reference wrote', () => {
  test('H1 is read', async () => {
    expect(await list(H1)).toMatchObject([{ kind: 'directory', name: 'root.pxar.didx' }]);
    expect(await list(H1, ROOT)).toEqual([{ kind: 'file', name: 'file.txt', size: 4, seconds: 1430487000 }]);
  });

  test('H2 has every kind and a time before 1970', async () => {
    const kinds = (await list(H2, ROOT)).map(({ kind, name }) => `${kind} ${name}`);
    expect(kinds).toEqual([
      'file a.bin',
      'block blk',
      'character chr',
      'directory dir',
      'fifo fifo',
      'symlink link',
      'socket sock',
    ]);
    expect((await list(H2, ROOT))[0]).toMatchObject({ size: 4, seconds: -2 });
    expect(await list(H2, ROOT, 'dir')).toEqual([{ kind: 'hardlink', name: 'hard' }]);
  });
});

describe('what we write', () => {
  test('several archives stand side by side', async () => {
    const catalog = written((writer) => {
      for (const name of ['etc.pxar.didx', 'root.pxar.didx']) {
        writer.startArchive(byteTextOf(name));
        writer.enter(byteTextOf('d'));
        writer.file(byteTextOf(`of ${name}`), 2 ** 40, 2 ** 33);
        writer.leave();
        writer.endArchive();
      }
    });
    expect((await list(catalog)).map(({ name }) => name)).toEqual(['etc.pxar.didx', 'root.pxar.didx']);
    expect(await list(catalog, 'etc.pxar.didx', 'd')).toEqual([
      { kind: 'file', name: 'of etc.pxar.didx', size: 2 ** 40, seconds: 2 ** 33 },
    ]);
  });

  test('an empty catalog and an empty directory are read', async () => {
    expect(await list(written(() => {}))).toEqual([]);
    const catalog = written((writer) => {
      writer.startArchive(ROOT);
      writer.enter(byteTextOf('empty'));
      writer.leave();
      writer.endArchive();
    });
    expect(await list(catalog, ROOT, 'empty')).toEqual([]);
  });

  test.each([0, -1, -2, -127, -128, -129, -(2 ** 40), 1, 127, 128, 2 ** 52, -(2 ** 52)])(
    'the time %d comes back',
    async (seconds) => {
      const catalog = written((writer) => {
        writer.startArchive(ROOT);
        writer.file(byteTextOf('f'), 0, seconds);
        writer.endArchive();
      });
      expect(await list(catalog, ROOT)).toMatchObject([{ seconds }]);
    },
  );

  test('directories far apart are found: a distance of several bytes', async () => {
    const catalog = written((writer) => {
      writer.startArchive(ROOT);
      for (let index = 0; index < 300; index++) {
        writer.enter(byteTextOf(`d${index}`));
        for (let file = 0; file < 50; file++) writer.file(byteTextOf(`file-${file}`), file, index);
        writer.leave();
      }
      writer.endArchive();
    });
    for (const index of [0, 150, 299]) expect(await list(catalog, ROOT, `d${index}`)).toHaveLength(50);
  });

  test('a file outside of an archive, or a directory left twice, is a defect', () => {
    expect(() => written((writer) => writer.file(byteTextOf('f'), 0, 0))).toThrow('internal check');
    expect(() => written((writer) => writer.leave())).toThrow('internal check');
  });
});

describe('what is not there', () => {
  test.each([['nope'], [ROOT, 'nope'], [ROOT, 'file.txt'], [ROOT, '..']])('%j', async (...path) => {
    await expect(list(H1, ...path)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });

  test('a path deeper than any archive', async () => {
    await expect(list(H1, ...Array(2000).fill('x'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});

describe('hostile catalogs', () => {
  function rooted(table: (builder: ByteBuilder) => void): Buffer {
    const builder = new ByteBuilder().bytes(CATALOG_MAGIC);
    table(builder);
    return Buffer.from(builder.u64(CATALOG_MAGIC.length).filled);
  }
  const table = (count: number, ...entries: Buffer[]) =>
    rooted((builder) => {
      const rest = Buffer.concat([Buffer.from(new ByteBuilder().varint(count).filled), ...entries]);
      builder.varint(rest.length).bytes(rest);
    });
  const entry = (type: string, name: string, ...rest: number[]) =>
    Buffer.concat([
      Buffer.from(type),
      Buffer.from([name.length]),
      Buffer.from(name, 'latin1'),
      Buffer.from(rest),
    ]);

  test.each<[what: string, catalog: Buffer]>([
    ['nothing', Buffer.alloc(0)],
    ['another magic', Buffer.concat([Buffer.alloc(8), H1.subarray(8)])],
    ['a root outside', Buffer.concat([H1.subarray(0, -8), Buffer.from('ff00000000000000', 'hex')])],
    ['a root before the tables', Buffer.concat([H1.subarray(0, -8), Buffer.from('0700000000000000', 'hex')])],
    ['a table larger than the catalog', rooted((builder) => builder.varint(2 ** 30).varint(1))],
    ['more entries than bytes', table(100, entry('s', 'a'))],
    ['bytes behind the entries', table(0, entry('s', 'a'))],
    ['an unknown kind', table(1, entry('x', 'a'))],
    ['an empty name', table(1, entry('s', ''))],
    ['a name that climbs', table(1, entry('s', '..'))],
    ['a name with a slash', table(1, entry('s', 'a/b'))],
    ['a name with NUL', table(1, entry('s', 'a\0'))],
    ['a directory that is itself', table(1, entry('d', 'a', 0))],
    ['a directory outside', table(1, entry('d', 'a', 100))],
    ['a number that does not end', table(1, entry('f', 'a', ...Array(11).fill(0x80), 1, 1))],
    ['a number too large', table(1, entry('f', 'a', ...Array(9).fill(0xff), 1, 1))],
    ['an entry that is cut off', table(1, Buffer.from('f'))],
  ])('%s', async (_what, catalog) => {
    await expect(list(catalog)).rejects.toMatchObject({
      code: expect.stringMatching(/DATA_CORRUPT|ARCHIVE_UNSAFE/),
    });
  });

  test('thousands of mutated ones end with an answer or a known error', async () => {
    const random = new Seeded(20260103);
    for (let round = 0; round < 3000; round++) {
      const catalog = mutated(H2, random);
      try {
        await list(catalog, ROOT, 'dir');
      } catch (error) {
        if (!isBackupError(error, 'DATA_CORRUPT', 'ARCHIVE_UNSAFE', 'FILE_NOT_FOUND', 'INPUT_TOO_LARGE'))
          throw error;
      }
    }
  });
});
