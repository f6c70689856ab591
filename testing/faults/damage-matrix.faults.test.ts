import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { zstdCompressSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import type { BackupId, DatastoreName } from '#domain/ids.ts';
import { testApi } from '#testing/test-api.ts';
import { testGateway } from '#testing/test-gateway.ts';
import { encryptedBlob, type Piece, plainBlob, randomPiece, zstdBlob } from '#testing/wire/wire-blobs.ts';

/** Every kind of damage that a disk or a person can do: what verification says of it, and what a collection does. */

const gateway = testGateway({ stores: ['main'] });
const api = testApi(() => gateway.database.url);
const MAIN = 'main' as DatastoreName;
const TIME = 1_700_000_000;
const AT = '2023-11-14T22:13:20Z';

const admin = () => api.as('admin@ibs');
const pathOf = ({ digest }: Piece) => `${gateway.path()}/.chunks/${digest.slice(0, 4)}/${digest}`;
const verify = async () => api.ended(await admin().datastore.verify({ name: MAIN, outdatedAfterDays: 0 }));
const gc = async () => api.ended(await admin().datastore.gc({ name: MAIN }));
type Ended = Awaited<ReturnType<typeof gc>>;

const SOUND = Array.from({ length: 3 }, () => randomPiece(3000));
const OTHER = SOUND[0] as Piece;

async function listed(id: string) {
  const { snapshots } = await admin().snapshot.list({ datastore: MAIN, id: id as BackupId, limit: 10 });
  return snapshots.map(({ verifyState }) => verifyState);
}

/** All files of a sound snapshot, and its chunks, byte by byte. */
function soundFiles(): Record<string, string> {
  const directory = `${gateway.path()}/host/sound/${AT}`;
  const paths = [...fs.readdirSync(directory).map((name) => `${directory}/${name}`), ...SOUND.map(pathOf)];
  const isStable = (path: string) => !path.endsWith('index.json.blob'); // takes the result of a verification
  return Object.fromEntries(paths.filter(isStable).map((path) => [path, fs.readFileSync(path, 'hex')]));
}

interface ChunkRow {
  what: string;
  harm: (path: string, piece: Piece) => void;
  words: RegExp;
  /** Set aside; left under its name and used; not there at all; no file, and so left to whoever put it there. */
  fate: 'bad' | 'stays' | 'gone' | 'foreign';
}

function flip(at: number): ChunkRow['harm'] {
  return (path) => {
    const bytes = fs.readFileSync(path);
    bytes[at] = (bytes[at] ?? 0) ^ 4;
    fs.writeFileSync(path, bytes);
  };
}

const replace =
  (make: (piece: Piece) => Uint8Array): ChunkRow['harm'] =>
  (path, piece) =>
    fs.writeFileSync(path, make(piece));

/** A zstd blob whose checksum is right and whose content is none. */
function garbageBlob(): Buffer {
  const blob = zstdBlob(randomBytes(100));
  const fake = plainBlob(randomBytes(2000));
  return Buffer.concat([blob.subarray(0, 8), fake.subarray(8)]);
}

function bombBlob(): Buffer {
  const blob = plainBlob(zstdCompressSync(Buffer.alloc(64 * 1024 * 1024)));
  return Buffer.concat([zstdBlob(randomBytes(100)).subarray(0, 8), blob.subarray(8)]);
}

const put = (path: string, make: () => void) => {
  fs.unlinkSync(path);
  make();
};

/** The same name where nobody looks for it. */
function misplaced(path: string): string {
  const [, name] = path.split(/\/(?=[0-9a-f]{64}$)/);
  return `${gateway.path()}/.chunks/${name?.startsWith('0000') ? 'ffff' : '0000'}/${name}`;
}

const CHUNKS: ChunkRow[] = [
  { what: 'one byte short', harm: (path) => fs.truncateSync(path, 3011), words: /damaged/, fate: 'bad' },
  { what: 'only its header', harm: (path) => fs.truncateSync(path, 12), words: /damaged/, fate: 'bad' },
  { what: 'half a header', harm: (path) => fs.truncateSync(path, 6), words: /damaged/, fate: 'bad' },
  { what: 'empty', harm: (path) => fs.truncateSync(path, 0), words: /damaged/, fate: 'bad' },
  {
    what: 'only zeros',
    harm: replace(({ blob }) => Buffer.alloc(blob.length)),
    words: /damaged/,
    fate: 'bad',
  },
  { what: 'a bit of the magic', harm: flip(3), words: /damaged/, fate: 'bad' },
  { what: 'a bit of the checksum', harm: flip(9), words: /damaged/, fate: 'bad' },
  { what: 'a bit of the content', harm: flip(700), words: /damaged/, fate: 'bad' },
  { what: 'something appended', harm: (path) => fs.appendFileSync(path, 'x'), words: /damaged/, fate: 'bad' },
  {
    what: 'other data with its own checksum',
    harm: replace(() => plainBlob(randomBytes(3000))),
    words: /another digest/,
    fate: 'bad',
  },
  {
    what: 'the content of another chunk',
    harm: (path) => fs.copyFileSync(pathOf(OTHER), path),
    words: /another digest/,
    fate: 'bad',
  },
  { what: 'packed nonsense', harm: replace(garbageBlob), words: /damaged/, fate: 'bad' },
  { what: 'a packed bomb', harm: replace(bombBlob), words: /damaged/, fate: 'bad' },
  {
    what: 'something encrypted',
    harm: replace(() => encryptedBlob(randomBytes(3000))),
    words: /is encrypted, though its archive is not/,
    fate: 'stays',
  },
  {
    what: 'larger than a chunk may be',
    harm: (path) => fs.truncateSync(path, 17 * 1024 * 1024),
    words: /no file that a chunk can be/,
    fate: 'bad',
  },
  { what: 'missing', harm: (path) => fs.unlinkSync(path), words: /is missing/, fate: 'gone' },
  {
    what: 'in the directory of another one',
    harm: (path) => fs.renameSync(path, misplaced(path)),
    words: /is missing/,
    fate: 'gone',
  },
  {
    what: 'a directory',
    harm: (path) => put(path, () => fs.mkdirSync(path)),
    words: /no file that a chunk can be/,
    fate: 'foreign',
  },
  {
    what: 'a link to a sound chunk',
    harm: (path, piece) =>
      put(path, () => {
        fs.writeFileSync(`${path}.sound`, piece.blob);
        fs.symlinkSync(`${path}.sound`, path);
      }),
    words: /no file that a chunk can be/,
    fate: 'foreign',
  },
];
const idOf = ({ what }: { what: string }) => what.replaceAll(/[^a-z]/g, '-');

describe('chunks', () => {
  const pieces = new Map(CHUNKS.map((row) => [row, randomPiece(3000)]));
  const pieceOf = (row: ChunkRow) => pieces.get(row) as Piece;
  let verified: Ended;
  let collected: Ended;
  let before: Record<string, string>;

  beforeAll(async () => {
    await gateway.backUp({ id: 'sound', time: TIME }, SOUND);
    for (const row of CHUNKS) await gateway.backUp({ id: idOf(row), time: TIME }, [OTHER, pieceOf(row)]);
    before = soundFiles();
    for (const row of CHUNKS) row.harm(pathOf(pieceOf(row)), pieceOf(row));
    verified = await verify();
    collected = await gc();
  }, 60_000);

  test.each(CHUNKS)('$what: named, out of use, and its snapshot fails', async (row) => {
    const { digest } = pieceOf(row);
    const said = verified.log.filter((line) => line.includes(digest) && line.startsWith('error'));
    expect(said).toEqual([
      expect.stringMatching(`^error: host/${idOf(row)}/${AT}: root.pxar.didx: chunk ${digest} `),
    ]);
    expect(said[0]).toMatch(row.words);
    expect(await listed(idOf(row))).toEqual(['failed']);
    const path = pathOf(pieceOf(row));
    const isThere = (at: string) => fs.lstatSync(at, { throwIfNoEntry: false }) !== undefined;
    expect({ named: isThere(path), bad: isThere(`${path}.0.bad`) }).toEqual({
      named: row.fate === 'stays' || row.fate === 'foreign',
      bad: row.fate === 'bad',
    });
    const missing = collected.log.filter((line) => line.includes(`Chunk ${digest} is missing`));
    expect(missing).toHaveLength(row.fate === 'stays' ? 0 : 1);
  });

  test('the sound rest is found sound and stays as it was', async () => {
    const gone = CHUNKS.filter(({ fate }) => fate !== 'stays').length;
    expect(verified).toMatchObject({ state: 'failed', error: { code: 'DATA_CORRUPT' } });
    expect(verified.result).toMatchObject({ sound: 1, failed: CHUNKS.length, skipped: 0 });
    expect(await listed('sound')).toEqual(['ok']);
    expect(collected, collected.outcome ?? '').toMatchObject({
      state: 'warnings',
      result: { missingChunks: gone, removedChunks: 0, badRemoved: 0 },
    });
    expect(soundFiles()).toEqual(before);
  });

  test('what is sent anew heals all of them, once nothing else stands in the way', async () => {
    for (const row of CHUNKS) {
      fs.rmSync(misplaced(pathOf(pieceOf(row))), { force: true });
      if (row.fate === 'stays' || row.fate === 'foreign')
        fs.rmSync(pathOf(pieceOf(row)), { recursive: true });
      await gateway.backUp({ id: idOf(row), time: TIME + 60 }, [OTHER, pieceOf(row)]);
    }
    for (const path of fs.globSync(`${gateway.path()}/.chunks/*/*.sound`)) fs.unlinkSync(path);
    const again = await verify();
    expect(again.result).toMatchObject({ failed: 0, sound: 1 + 2 * CHUNKS.length });
    const { result, outcome } = await gc();
    expect(result, outcome ?? '').toMatchObject({ missingChunks: 0 });
  });
});

const indexOf = (id: string) => `${gateway.path()}/host/${id}/${AT}/root.pxar.didx`;
const flipIndex = (at: number) => (path: string) => flip(at)(path, OTHER);

describe('indexes and manifests', () => {
  beforeAll(async () => {
    await gateway.backUp({ id: 'index', time: TIME }, SOUND);
    await gateway.backUp({ id: 'gone', time: TIME }, [GARBAGE]);
    fs.rmSync(`${gateway.path()}/host/gone`, { recursive: true });
    await api.ended(await admin().datastore.rescan({ name: MAIN }));
    const then = Date.now() / 1000 - 172_800;
    fs.utimesSync(pathOf(GARBAGE), then, then);
  });

  test.each([
    { what: 'cut in an entry', harm: (path: string) => fs.truncateSync(path, fs.statSync(path).size - 3) },
    { what: 'cut in its header', harm: (path: string) => fs.truncateSync(path, 100) },
    { what: 'empty', harm: (path: string) => fs.truncateSync(path, 0) },
    { what: 'a bit of the magic', harm: flipIndex(0) },
  ])('an index, $what: it fails, and nothing is collected', async ({ harm }) => {
    const whole = fs.readFileSync(indexOf('index'));
    harm(indexOf('index'));
    const group = { type: 'host' as const, id: 'index' as BackupId };
    const said = await api.ended(await admin().datastore.verify({ name: MAIN, group, outdatedAfterDays: 0 }));
    expect(said).toMatchObject({ state: 'failed', error: { code: 'DATA_CORRUPT' } });
    expect(said.log).toContainEqual(expect.stringMatching(`^error: host/index/${AT}: root.pxar.didx`));
    expect(await gc()).toMatchObject({ state: 'failed', error: { code: 'GC_INDEX_UNREADABLE' } });
    expect(fs.existsSync(pathOf(GARBAGE))).toBe(true);
    fs.writeFileSync(indexOf('index'), whole);
  });

  test.each([
    { what: 'an entry that was changed', at: 4096 + 20 },
    { what: 'a position that was changed', at: 4096 + 1 },
  ])('an index, $what: it fails, and nothing of it goes', async ({ at }) => {
    const whole = fs.readFileSync(indexOf('index'));
    flipIndex(at)(indexOf('index'));
    const group = { type: 'host' as const, id: 'index' as BackupId };
    const said = await api.ended(await admin().datastore.verify({ name: MAIN, group, outdatedAfterDays: 0 }));
    expect(said).toMatchObject({ state: 'failed', error: { code: 'DATA_CORRUPT' } });
    expect(SOUND.every((piece) => fs.existsSync(pathOf(piece)))).toBe(true);
    fs.writeFileSync(indexOf('index'), whole);
  });

  test.each([
    { what: 'cut', harm: (path: string) => fs.truncateSync(path, 20) },
    { what: 'empty', harm: (path: string) => fs.truncateSync(path, 0) },
    { what: 'no JSON', harm: (path: string) => fs.writeFileSync(path, plainBlob(Buffer.from('{"backup'))) },
  ])('a manifest, $what: it fails, and stays as it is', async ({ harm }) => {
    const path = `${gateway.path()}/host/index/${AT}/index.json.blob`;
    const whole = fs.readFileSync(path);
    harm(path);
    const harmed = fs.readFileSync(path);
    const group = { type: 'host' as const, id: 'index' as BackupId };
    const said = await api.ended(await admin().datastore.verify({ name: MAIN, group, outdatedAfterDays: 0 }));
    expect(said).toMatchObject({ state: 'failed', result: { failed: 1 } });
    expect(said.log).toContainEqual(expect.stringMatching(`^error: host/index/${AT}: .*[Mm]anifest`));
    expect(fs.readFileSync(path)).toEqual(harmed);
    fs.writeFileSync(path, whole);
  });

  test('the checksum in the header of an index is trusted by nobody', async () => {
    const whole = fs.readFileSync(indexOf('index'));
    flipIndex(32)(indexOf('index'));
    expect((await verify()).result).toMatchObject({ failed: 0 });
    fs.writeFileSync(indexOf('index'), whole);
  });

  test('a damaged chunk that was set aside goes once a sound one is there, and the sound one stays', async () => {
    const path = pathOf(OTHER);
    fs.writeFileSync(`${path}.0.bad`, 'broken');
    const then = Date.now() / 1000 - 172_800;
    fs.utimesSync(`${path}.0.bad`, then, then);
    const ended = await gc();
    expect(ended.result, ended.outcome ?? '').toMatchObject({
      missingChunks: 0,
      removedChunks: 1,
      badKept: expect.any(Number),
    });
    expect(fs.existsSync(path)).toBe(true);
    expect(fs.existsSync(pathOf(GARBAGE))).toBe(false);
    const audit = await api.ended(await admin().datastore.audit({ name: MAIN, deep: true }));
    expect((audit.result as { findings: unknown[] }).findings).toEqual([]);
  });
});
const GARBAGE = randomPiece(3000);
