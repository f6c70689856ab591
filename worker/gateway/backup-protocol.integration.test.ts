import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { eq } from 'drizzle-orm';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { task, taskLog } from '#drizzle/schema/task.ts';
import { testGateway } from '#testing/test-gateway.ts';
import {
  append,
  closeIndex,
  complete,
  createIndex,
  finish,
  granted,
  sendArchive,
  sendBlob,
  sendFile,
  sendImage,
  uploadChunk,
} from '#testing/wire/wire-backup.ts';
import {
  CHUNK_BYTES,
  dynamicChecksum,
  encryptedBlob,
  fixedChecksum,
  manifestBlob,
  type Piece,
  piece,
  plainBlob,
  randomPiece,
  sha256,
  zstdBlob,
} from '#testing/wire/wire-blobs.ts';
import type { WireAnswer, WireSession } from '#testing/wire/wire-session.ts';

/** The calls inside of a backup connection (docs/formats/protocol.md), one by one and from a client of another make. */

const gateway = testGateway({ stores: ['one'] });
const START = 1_700_000_000;
const DIGEST = 'ab'.repeat(32);
let groups = 0;

afterEach(() => gateway.leaveSound());
afterAll(() => gateway.expectSound({ chunks: true }));

/** A backup of a group of the test's own. */
async function begin(): Promise<WireSession> {
  groups += 1;
  return gateway.backup({ id: `group-${groups}`, time: START });
}

async function refused(answer: Promise<WireAnswer>): Promise<string> {
  const { status, text } = await answer;
  return `${status} ${text}`;
}

function chunkPath({ digest }: Pick<Piece, 'digest'>): string {
  return join(gateway.path(), '.chunks', digest.slice(0, 4), digest);
}

describe('parameters out of range are refused with their name', () => {
  const chunk = { wid: '1', digest: DIGEST, size: '100', 'encoded-size': '112' };
  const close = { wid: '1', 'chunk-count': '1', size: '1', csum: DIGEST };
  const files = ['', '.', '..', '../x.didx', '/x.didx', 'a/b.didx', '.x.didx', 'x', 'x.txt', '-x.didx'];
  const wids = ['0', '257', '-1', '1.5', 'x', ''];
  const digests = ['', 'ab', `${DIGEST}00`, DIGEST.toUpperCase(), 'zz'.repeat(32)];
  const table: [
    method: string,
    path: string,
    right: Record<string, string>,
    wrong: Record<string, string[]>,
  ][] = [
    ['POST', '/dynamic_index', {}, { 'archive-name': files }],
    ['POST', '/fixed_index', { 'archive-name': 'a.fidx' }, { size: ['0', '-1', 'x', '9007199254740992'] }],
    [
      'POST',
      '/dynamic_chunk',
      chunk,
      {
        wid: wids,
        digest: digests,
        size: ['0', '16777217', '-1', 'x'],
        'encoded-size': ['12', '16777261', '-1'],
      },
    ],
    [
      'POST',
      '/fixed_chunk',
      chunk,
      { wid: wids, size: ['0', '16777217'], 'encoded-size': ['12', '16777261'] },
    ],
    ['POST', '/dynamic_close', close, { wid: wids, 'chunk-count': ['0'], size: ['0'], csum: digests }],
    ['POST', '/fixed_close', close, { wid: wids, 'chunk-count': ['-1'], size: ['-1'], csum: digests }],
    [
      'POST',
      '/blob',
      { 'file-name': 'x.blob', 'encoded-size': '12' },
      { 'encoded-size': ['11', '16777261'] },
    ],
    ['GET', '/previous', {}, { 'archive-name': files }],
  ];
  test.for(table)('%s %s', async ([method, path, right, wrong]) => {
    const session = await begin();
    for (const [name, values] of Object.entries(wrong)) {
      for (const value of [...values, undefined]) {
        if (name === 'size' && path === '/fixed_index' && value === undefined) continue; // it may be missing
        const query = { ...right, [name]: value };
        if (value === undefined) delete query[name];
        const answer = await refused(session.call(method, path, { query: query as Record<string, string> }));
        expect(answer).toMatch(new RegExp(`^400 parameter verification failed - '${name}': .{8,}`));
      }
    }
  });

  test('lists of an append', async () => {
    const session = await begin();
    const { data: wid } = await createIndex(session, 'dynamic', 'a.didx');
    const wrong: [json: unknown, name: string][] = [
      [{ wid, 'digest-list': [DIGEST], 'offset-list': [-1] }, 'offset-list'],
      [{ wid, 'digest-list': [DIGEST], 'offset-list': [1.5] }, 'offset-list'],
      [{ wid, 'digest-list': [DIGEST], 'offset-list': ['x'] }, 'offset-list'],
      [{ wid, 'digest-list': [DIGEST], 'offset-list': [{}] }, 'offset-list'],
      [{ wid, 'digest-list': [DIGEST], 'offset-list': [[[]]] }, 'offset-list'],
      [{ wid, 'digest-list': [`${DIGEST}00`], 'offset-list': [0] }, 'digest-list'],
      [{ wid, 'digest-list': [`${DIGEST}z`], 'offset-list': [0] }, 'digest-list'],
      [{ wid, 'digest-list': ['ab'], 'offset-list': [0] }, 'digest-list'],
      [{ wid, 'digest-list': [{ toString: 1 }], 'offset-list': [0] }, 'digest-list'],
      [{ wid, 'digest-list': [true], 'offset-list': [0] }, 'digest-list'],
      [{ wid, 'offset-list': [0] }, 'digest-list'],
      [{ wid, 'digest-list': [DIGEST] }, 'offset-list'],
      [{ wid: { a: 1 }, 'digest-list': [DIGEST], 'offset-list': [0] }, 'wid'],
      [[], 'body'],
      ['text', 'body'],
    ];
    for (const [json, name] of wrong) {
      const answer = await refused(session.call('PUT', '/dynamic_index', { json }));
      expect(answer).toMatch(new RegExp(`^400 parameter verification failed - '${name}': .{8,}`));
    }
    const body = Buffer.from('{"wid": 1,');
    expect(await refused(session.call('PUT', '/dynamic_index', { body }))).toBe(
      '400 the body of the request is not JSON',
    );
    const large = Buffer.alloc(512 * 1024 + 1, 0x20);
    expect(await refused(session.call('PUT', '/dynamic_index', { body: large }))).toMatch(
      /^400 request body too large/,
    );
  });
});

describe('calls and their parameters', () => {
  test('may travel in the query, in JSON with or without a charset, and as a form', async () => {
    const session = await begin();
    const name = { 'archive-name': 'a.didx' };
    const form = Buffer.from('archive-name=c.didx');
    const type = 'content-type';
    const answers = [
      await session.call('POST', '/dynamic_index', { query: name }),
      await session.call('POST', '/dynamic_index', {
        query: { 'archive-name': 'b.didx' },
        body: Buffer.alloc(0),
        headers: [[type, 'application/x-www-form-urlencoded']],
      }),
      await session.call('POST', '/dynamic_index', {
        body: form,
        headers: [[type, 'application/x-www-form-urlencoded']],
      }),
      await session.call('POST', '/dynamic_index', {
        json: { 'archive-name': 'd.didx' },
        query: { 'archive-name': 'ignored.didx' },
        headers: [['authorization', 'PBSAPIToken=ignored']],
      }),
      await session.call('POST', '/dynamic_index', { body: Buffer.from('{"archive-name": "e.didx"}') }),
    ];
    expect(answers.map(({ data }) => data)).toEqual([1, 2, 3, 4, 5]);
  });

  test('that do not exist are answered with 404, and the connection goes on', async () => {
    const session = await begin();
    for (const [method, path] of [
      ['GET', '/nothing'],
      ['GET', '/blob'],
      ['POST', '/previous'],
      ['DELETE', '/dynamic_index'],
      ['BREW', '/blob'],
      ['GET', '//blob'],
      ['GET', '/constructor'],
    ] as const) {
      expect(await refused(session.call(method, path))).toBe(`404 Path '${path}' not found.`);
    }
    const long = await session.call('GET', `/${'x'.repeat(4096)}`);
    expect(long.status).toBe(414);
    const top = await granted(session.call('GET', '/'));
    expect((top.data as { subdir: string }[]).map(({ subdir }) => subdir)).toContain('dynamic_chunk');
  });

  test('answer in the shape of every other call', async () => {
    const session = await begin();
    const { text } = await granted(session.call('GET', '/previous_backup_time'));
    expect(text).toBe('{"data":null}');
    expect((await granted(session.call('POST', '/speedtest', { body: randomBytes(3_000_000) }))).text).toBe(
      '{"data":null}',
    );
  });
});

describe('creating an index', () => {
  test('needs the extension of its kind', async () => {
    const session = await begin();
    expect(await refused(createIndex(session, 'dynamic', 'disk.fidx'))).toBe(
      "400 wrong archive extension: 'disk.fidx'",
    );
    expect(await refused(createIndex(session, 'fixed', 'root.didx', { size: 1 }))).toBe(
      "400 wrong archive extension: 'root.didx'",
    );
    expect(await refused(createIndex(session, 'fixed', 'root.blob', { size: 1 }))).toBe(
      "400 wrong archive extension: 'root.blob'",
    );
  });

  test('counts writers of both kinds together: 64 may be open, and 256 there may be in all', async () => {
    const session = await begin();
    const ids: unknown[] = [];
    for (let number = 1; number <= 64; number += 1) {
      const kind = number % 2 === 0 ? 'fixed' : 'dynamic';
      const more: Record<string, number> = kind === 'fixed' ? { size: 1 } : {};
      ids.push((await createIndex(session, kind, `a${number}.${kind[0]}idx`, more)).data);
    }
    expect(ids).toEqual(Array.from({ length: 64 }, (_, position) => position + 1));
    expect(await refused(createIndex(session, 'dynamic', 'more.didx'))).toMatch(
      /^400 too many open index writers/,
    );
    const another = await begin();
    const chunk = randomPiece(100);
    for (let number = 1; number <= 256; number += 1) await sendArchive(another, `a${number}.didx`, [chunk]);
    expect(await refused(createIndex(another, 'dynamic', 'more.didx'))).toMatch(
      /^400 too many index writers/,
    );
  });

  test('is refused for a name that is open or complete in this backup', async () => {
    const session = await begin();
    await sendArchive(session, 'done.didx', [randomPiece()]);
    await granted(createIndex(session, 'dynamic', 'open.didx'));
    for (const name of ['open.didx', 'done.didx']) {
      expect(await refused(createIndex(session, 'dynamic', name))).toMatch(
        /^400 archive '.*' is already open/,
      );
    }
  });
});

describe('a chunk', () => {
  test('is stored under its digest as it was sent, and the answer names it', async () => {
    const session = await begin();
    const { data: wid } = await createIndex(session, 'dynamic', 'a.didx');
    const plain = randomPiece(70_000);
    const packed = piece(Buffer.alloc(70_000, 7), zstdBlob(Buffer.alloc(70_000, 7)));
    for (const each of [plain, packed]) {
      expect((await granted(uploadChunk(session, 'dynamic', wid, each))).data).toBe(each.digest);
      expect(fs.readFileSync(chunkPath(each)).equals(each.blob)).toBe(true);
    }
  });

  test('that is there already is answered alike, and the smaller of two encodings stays', async () => {
    const session = await begin();
    const { data: wid } = await createIndex(session, 'dynamic', 'a.didx');
    const payload = Buffer.alloc(90_000, 5);
    const large = piece(payload);
    const small = piece(payload, zstdBlob(payload));
    for (const each of [large, large, small, large]) {
      expect((await granted(uploadChunk(session, 'dynamic', wid, each))).data).toBe(each.digest);
    }
    expect(fs.readFileSync(chunkPath(small)).equals(small.blob)).toBe(true);
  });

  test('with a wrong checksum in its header is stored with the right one', async () => {
    const session = await begin();
    const { data: wid } = await createIndex(session, 'dynamic', 'a.didx');
    for (const right of [randomPiece(), piece(randomBytes(500), encryptedBlob(randomBytes(500)))]) {
      const blob = Buffer.from(right.blob);
      blob.writeUInt32LE(0xdeadbeef, 8);
      await granted(uploadChunk(session, 'dynamic', wid, { ...right, blob }));
      expect(fs.readFileSync(chunkPath(right)).equals(right.blob)).toBe(true);
    }
  });

  test('is refused when it is not what was announced', async () => {
    const session = await begin();
    const { data: wid } = await createIndex(session, 'dynamic', 'a.didx');
    const good = randomPiece();
    const other = randomPiece();
    const zeros = Buffer.alloc(1024 ** 2 * 64);
    const bomb = { payload: Buffer.alloc(1024), digest: sha256(Buffer.alloc(1024)), blob: zstdBlob(zeros) };
    const two = zstdCompressSync(good.payload.subarray(0, 1000));
    const rest = zstdCompressSync(good.payload.subarray(1000));
    const header = zstdBlob(Buffer.alloc(0)).subarray(0, 12);
    const encodedSize = { 'encoded-size': good.blob.length };
    const table: [what: string, answer: Promise<string>, expected: RegExp][] = [
      [
        'other content',
        refused(uploadChunk(session, 'dynamic', wid, { ...good, blob: other.blob })),
        /digest/,
      ],
      ['too long a body', refused(send(good, [good.blob, Buffer.from('x')])), /larger than announced/],
      ['too short a body', refused(send(good, [good.blob.subarray(1)])), /unexpected size/],
      ['no body', refused(send(good, [])), /unexpected size/],
      ['other size', refused(uploadChunk(session, 'dynamic', wid, good, { size: 2999 })), /refused/],
      ['larger size', refused(uploadChunk(session, 'dynamic', wid, good, { size: 3001 })), /refused/],
      ['no magic', refused(send(good, [randomBytes(good.blob.length)])), /magic/],
      ['a bomb', refused(uploadChunk(session, 'dynamic', wid, bomb)), /refused/],
      [
        'rubbish behind the frame',
        refused(
          uploadChunk(session, 'dynamic', wid, {
            ...good,
            blob: Buffer.concat([header, zstdCompressSync(good.payload), Buffer.from('more')]),
          }),
        ),
        /refused/,
      ],
    ];
    function send(of: Piece, parts: Buffer[]): Promise<WireAnswer> {
      const query = { wid: Number(wid), digest: of.digest, size: of.payload.length, ...encodedSize };
      return session.call('POST', '/dynamic_chunk', { query, body: Buffer.concat(parts) });
    }
    for (const [what, answer, expected] of table) {
      expect(`${what}: ${await answer}`).toMatch(/: 400 .{8,}/);
      expect(await answer).toMatch(expected);
    }
    expect(fs.existsSync(chunkPath(good))).toBe(false);
    // Two frames one behind the other are one payload.
    const frames = { ...good, blob: Buffer.concat([header, two, rest]) };
    await granted(uploadChunk(session, 'dynamic', wid, frames));
  });

  test('of 16 MiB is the largest', async () => {
    const session = await begin();
    const { data: wid } = await createIndex(session, 'dynamic', 'a.didx');
    const largest = piece(randomBytes(16 * 1024 ** 2));
    expect((await granted(uploadChunk(session, 'dynamic', wid, largest))).data).toBe(largest.digest);
  });

  test('is stored, but not known, when its writer does not take it', async () => {
    const session = await begin();
    const { data: wid } = await createIndex(session, 'dynamic', 'a.didx');
    const lost = randomPiece();
    expect(await refused(uploadChunk(session, 'dynamic', 77, lost))).toBe(
      "400 dynamic writer '77' not registered",
    );
    expect(await refused(uploadChunk(session, 'fixed', wid, lost))).toBe(
      "400 fixed writer '1' not registered",
    );
    expect(fs.existsSync(chunkPath(lost))).toBe(true);
    expect(await refused(append(session, 'dynamic', wid, [lost.digest], [0]))).toBe(
      `400 no such chunk ${lost.digest}`,
    );
  });

  test('of a fixed index is at most 4 MiB long, and only one may be shorter', async () => {
    const session = await begin();
    const { data: wid } = await createIndex(session, 'fixed', 'a.fidx', { size: 3 * CHUNK_BYTES });
    const tooLong = piece(Buffer.alloc(CHUNK_BYTES + 1, 1), zstdBlob(Buffer.alloc(CHUNK_BYTES + 1, 1)));
    expect(await refused(uploadChunk(session, 'fixed', wid, tooLong))).toMatch(/^400 chunk size exceeds/);
    await granted(uploadChunk(session, 'fixed', wid, randomPiece(10)));
    expect(await refused(uploadChunk(session, 'fixed', wid, randomPiece(11)))).toBe(
      '400 detected multiple end chunks (chunk size too small)',
    );
  });

  test('that cannot be checked never stands in for plain data of the same digest', async () => {
    const session = await begin();
    const { data: wid } = await createIndex(session, 'dynamic', 'a.didx');
    const honest = randomPiece(400);
    const poison = { ...honest, blob: encryptedBlob(randomBytes(20)) };
    await granted(uploadChunk(session, 'dynamic', wid, poison));
    await granted(uploadChunk(session, 'dynamic', wid, honest));
    expect(fs.readFileSync(chunkPath(honest)).equals(honest.blob)).toBe(true);
    expect(await refused(uploadChunk(session, 'dynamic', wid, poison))).toMatch(/^400 Chunk refused/);
  });
});

describe('an append', () => {
  test('takes what this backup uploaded, in the order of a dynamic archive', async () => {
    const session = await begin();
    const { data: wid } = await createIndex(session, 'dynamic', 'a.didx');
    const [first, second, third] = [randomPiece(100), randomPiece(200), randomPiece(300)];
    for (const each of [first, second, third]) await granted(uploadChunk(session, 'dynamic', wid, each));
    const wrong: [digests: string[], offsets: number[], expected: string][] = [
      [[DIGEST], [0], `400 no such chunk ${DIGEST}`],
      [[first.digest], [1], '400 append chunk failed - got strange chunk offset (0 != 1)'],
      [[first.digest, second.digest], [0], '400 offset list has wrong length (2 != 1)'],
      [[first.digest], [0, 100], '400 offset list has wrong length (1 != 2)'],
      [[], [0], '400 offset list has wrong length (0 != 1)'],
    ];
    for (const [digests, offsets, expected] of wrong) {
      expect(await refused(append(session, 'dynamic', wid, digests, offsets))).toBe(expected);
    }
    // What stands in front of a refused item stays.
    expect(await refused(append(session, 'dynamic', wid, [first.digest, DIGEST], [0, 100]))).toBe(
      `400 no such chunk ${DIGEST}`,
    );
    await granted(append(session, 'dynamic', wid, [second.digest, third.digest], [100, 300]));
    await granted(append(session, 'dynamic', wid, [], []));
    const claim = { count: 3, size: 600, csum: dynamicChecksum([first, second, third]) };
    await granted(closeIndex(session, 'dynamic', wid, claim));
    expect(await refused(append(session, 'dynamic', wid, [first.digest], [600]))).toBe(
      "400 dynamic writer '1' not registered",
    );
  });

  test('takes positions of a fixed image in any order and more than once', async () => {
    const session = await begin();
    const { data: wid } = await createIndex(session, 'fixed', 'a.fidx', { size: 2 * CHUNK_BYTES + 10 });
    const [zero, one] = [zeroChunk(), fullChunk(1)];
    const end = randomPiece(10);
    for (const each of [zero, one, end]) await granted(uploadChunk(session, 'fixed', wid, each));
    const at = (position: number) => position * CHUNK_BYTES;
    const wrong: [digests: string[], offsets: number[], expected: RegExp][] = [
      [[zero.digest], [1], /not aligned/],
      [[zero.digest], [at(2)], /exceeds the announced size/],
      [[zero.digest], [at(3)], /exceeds the announced size/],
      [[end.digest], [0], /only allowed at the end/],
    ];
    for (const [digests, offsets, expected] of wrong) {
      expect(await refused(append(session, 'fixed', wid, digests, offsets))).toMatch(expected);
    }
    await granted(append(session, 'fixed', wid, [end.digest, zero.digest], [at(2), at(1)]));
    await granted(append(session, 'fixed', wid, [zero.digest, one.digest], [0, at(0)]));
    const csum = fixedChecksum([one.digest, zero.digest, end.digest]);
    const size = 2 * CHUNK_BYTES + 10;
    // Every append counts, also one that overwrites: four do not fit an image of three.
    expect(await refused(closeIndex(session, 'fixed', wid, { count: 3, size, csum }))).toMatch(
      /unexpected chunk count \(4 != 3\)/,
    );
  });

  test('to an image of unknown length ends with the first short chunk', async () => {
    const session = await begin();
    const { data: wid } = await createIndex(session, 'fixed', 'a.fidx');
    const [zero, end] = [zeroChunk(), randomPiece(10)];
    for (const each of [zero, end]) await granted(uploadChunk(session, 'fixed', wid, each));
    expect(
      await refused(append(session, 'fixed', wid, [end.digest, zero.digest], [CHUNK_BYTES, 2 * CHUNK_BYTES])),
    ).toMatch(/^400 .*exceeds/);
    expect(await refused(append(session, 'fixed', wid, [zero.digest], [2 * CHUNK_BYTES]))).toMatch(
      /^400 .*exceeds/,
    );
    await granted(append(session, 'fixed', wid, [zero.digest], [0]));
    const csum = fixedChecksum([zero.digest, end.digest]);
    const size = CHUNK_BYTES + 10;
    await granted(closeIndex(session, 'fixed', wid, { count: 2, size, csum }));
  });

  test('beyond every sensible size is refused', async () => {
    const session = await begin();
    const { data: wid } = await createIndex(session, 'fixed', 'a.fidx');
    const zero = zeroChunk();
    await granted(uploadChunk(session, 'fixed', wid, zero));
    const far = Math.floor(Number.MAX_SAFE_INTEGER / CHUNK_BYTES) * CHUNK_BYTES - CHUNK_BYTES;
    expect(await refused(append(session, 'fixed', wid, [zero.digest], [far]))).toMatch(/^400 .{8,}/);
    const huge = createIndex(session, 'fixed', 'b.fidx', { size: Number.MAX_SAFE_INTEGER });
    expect(await refused(huge)).toMatch(/^400 .{8,}/);
  });
});

function zeroChunk(): Piece {
  const payload = Buffer.alloc(CHUNK_BYTES);
  return piece(payload, zstdBlob(payload));
}

function fullChunk(fill: number): Piece {
  const payload = Buffer.alloc(CHUNK_BYTES, fill);
  return piece(payload, zstdBlob(payload));
}

describe('closing an index', () => {
  test('compares count, size and checksum, and may be tried again after the first two', async () => {
    const session = await begin();
    const pieces = [randomPiece(100), randomPiece(200)];
    const { data: wid } = await createIndex(session, 'dynamic', 'a.didx');
    for (const each of pieces) await granted(uploadChunk(session, 'dynamic', wid, each));
    const digests = pieces.map(({ digest }) => digest);
    await granted(append(session, 'dynamic', wid, digests, [0, 100]));
    const right = { count: 2, size: 300, csum: dynamicChecksum(pieces) };
    expect(await refused(closeIndex(session, 'dynamic', wid, { ...right, count: 3 }))).toMatch(
      /unexpected chunk count \(2 != 3\)/,
    );
    expect(await refused(closeIndex(session, 'dynamic', wid, { ...right, size: 301 }))).toMatch(
      /unexpected file size \(300 != 301\)/,
    );
    await granted(closeIndex(session, 'dynamic', wid, right));
    // Some clients close twice and look at neither answer.
    expect(await refused(closeIndex(session, 'dynamic', wid, right))).toBe(
      "400 dynamic writer '1' not registered",
    );
    await complete(session, { id: `group-${groups}`, time: START }, [
      { filename: 'a.didx', size: 300, csum: right.csum },
    ]);
  });

  test('with a wrong checksum cannot be mended, and blocks the backup', async () => {
    const session = await begin();
    const only = randomPiece();
    const { data: wid } = await createIndex(session, 'dynamic', 'a.didx');
    await granted(uploadChunk(session, 'dynamic', wid, only));
    await granted(append(session, 'dynamic', wid, [only.digest], [0]));
    const right = { count: 1, size: 3000, csum: dynamicChecksum([only]) };
    for (const csum of [DIGEST, right.csum]) {
      expect(await refused(closeIndex(session, 'dynamic', wid, { ...right, csum }))).toBe(
        '400 close failed - got unexpected checksum',
      );
    }
    await sendFile(session, 'a.blob', Buffer.from('a'));
    expect(await refused(finish(session))).toBe('400 found open index writer - unable to finish backup');
  });

  test('of an image asks for every position', async () => {
    const session = await begin();
    const { data: wid } = await createIndex(session, 'fixed', 'a.fidx', { size: 2 * CHUNK_BYTES });
    const zero = zeroChunk();
    await granted(uploadChunk(session, 'fixed', wid, zero));
    await granted(append(session, 'fixed', wid, [zero.digest], [0]));
    const csum = fixedChecksum([zero.digest, zero.digest]);
    expect(
      await refused(closeIndex(session, 'fixed', wid, { count: 1, size: 2 * CHUNK_BYTES, csum })),
    ).toMatch(/unexpected chunk count \(2 != 1\)/);
    expect(
      await refused(closeIndex(session, 'fixed', wid, { count: 2, size: 2 * CHUNK_BYTES, csum })),
    ).toMatch(/unexpected chunk count \(1 != 2\)/);
    await granted(append(session, 'fixed', wid, [zero.digest], [0]));
    expect(
      await refused(closeIndex(session, 'fixed', wid, { count: 2, size: 2 * CHUNK_BYTES, csum })),
    ).toMatch(/positions of the index were never written/);
  });
});

describe('a blob', () => {
  test('is stored as it was sent, and a repeated name overwrites', async () => {
    const session = await begin();
    const [first, second] = [plainBlob(Buffer.from('one')), zstdBlob(Buffer.from('two'))];
    await granted(sendBlob(session, 'a.blob', first));
    await granted(sendBlob(session, 'a.blob', second));
    const stored = join(gateway.path(), `host/group-${groups}/2023-11-14T22:13:20Z/a.blob`);
    expect(fs.readFileSync(stored).equals(second)).toBe(true);
    const csum = sha256(second);
    await complete(session, { id: `group-${groups}`, time: START }, [
      { filename: 'a.blob', size: second.length, csum },
    ]);
  });

  test('is refused with a wrong name, length, checksum or content', async () => {
    const session = await begin();
    const good = plainBlob(Buffer.from('content'));
    const broken = Buffer.from(good);
    broken.writeUInt32LE(1, 8);
    const bomb = zstdBlob(Buffer.alloc(17 * 1024 ** 2));
    const sized = (bytes: number) => ({
      query: { 'file-name': 'a.blob', 'encoded-size': bytes },
      body: good,
    });
    expect(await refused(sendBlob(session, 'a.didx', good))).toMatch(/^400 wrong blob file extension/);
    expect(await refused(session.call('POST', '/blob', sized(good.length + 1)))).toMatch(
      /^400 .*unexpected size/,
    );
    expect(await refused(session.call('POST', '/blob', sized(good.length - 1)))).toMatch(
      /^400 .*larger than/,
    );
    expect(await refused(sendBlob(session, 'a.blob', broken))).toMatch(
      /^400 blob 'a.blob' refused: .*checksum/,
    );
    expect(await refused(sendBlob(session, 'a.blob', randomBytes(40)))).toMatch(/^400 .*magic/);
    expect(await refused(sendBlob(session, 'a.blob', bomb))).toMatch(/^400 blob 'a.blob' refused/);
    expect(gateway.entries(`host/group-${groups}/2023-11-14T22:13:20Z`)).toEqual([]);
  });

  test('that is a manifest is looked at when it comes, and not stored before the end', async () => {
    const session = await begin();
    const wrong: [what: string, blob: Buffer][] = [
      ['no JSON', plainBlob(Buffer.from('{'))],
      ['a list', plainBlob(Buffer.from('[]'))],
      ['encrypted', encryptedBlob(randomBytes(40))],
      [
        'a path',
        manifestBlob({ id: 'x', time: 1, files: [{ filename: '../owner', size: 1, csum: DIGEST }] }),
      ],
      [
        'no server file',
        manifestBlob({ id: 'x', time: 1, files: [{ filename: 'a', size: 1, csum: DIGEST }] }),
      ],
      [
        'negative',
        manifestBlob({ id: 'x', time: 1, files: [{ filename: 'a.blob', size: -1, csum: DIGEST }] }),
      ],
      ['no csum', manifestBlob({ id: 'x', time: 1, files: [{ filename: 'a.blob', size: 1, csum: '' }] })],
      ['size 2^63', plainBlob(Buffer.from(`{"files":[{"filename":"a.blob","size":9223372036854775808}]}`))],
    ];
    for (const [what, blob] of wrong) {
      expect(`${what}: ${await refused(sendBlob(session, 'index.json.blob', blob))}`).toMatch(/: 400 blob/);
    }
    const file = await sendFile(session, 'a.blob', Buffer.from('a'));
    const snapshot = { id: `group-${groups}`, time: START };
    await granted(sendBlob(session, 'index.json.blob', manifestBlob({ ...snapshot, files: [file] })));
    expect(gateway.entries(`host/group-${groups}/2023-11-14T22:13:20Z`)).toEqual(['a.blob']);
  });
});

describe('the previous snapshot', () => {
  test('is none for the first backup, and the refusal has eight bytes', async () => {
    const session = await begin();
    expect(await refused(session.call('GET', '/previous', { query: { 'archive-name': 'a.didx' } }))).toBe(
      '400 no valid previous backup',
    );
    expect(await refused(createIndex(session, 'fixed', 'a.fidx', { size: 1, 'reuse-csum': DIGEST }))).toBe(
      '400 cannot reuse index - no valid previous backup exists',
    );
  });

  test('gives its files as they are, and its chunks without upload', async () => {
    groups += 1;
    const id = `group-${groups}`;
    const pieces = [randomPiece(), randomPiece()];
    await gateway.backUp({ id, time: START }, pieces);
    const session = await gateway.backup({ id, time: START + 1 });
    expect((await session.call('GET', '/previous_backup_time')).data).toBe(START);
    const { data: wid } = await createIndex(session, 'dynamic', 'early.didx');
    const [first] = pieces as [Piece];
    // Nothing is known before the index has been asked for.
    expect(await refused(append(session, 'dynamic', wid, [first.digest], [0]))).toMatch(/^400 no such chunk/);
    const asked = (name: string) => session.call('GET', '/previous', { query: { 'archive-name': name } });
    const directory = join(gateway.path(), `host/${id}/2023-11-14T22:13:20Z`);
    for (const name of ['root.pxar.didx', 'index.json.blob']) {
      const { bytes } = await granted(asked(name));
      expect(bytes.equals(fs.readFileSync(join(directory, name)))).toBe(true);
    }
    expect(await refused(asked('other.didx'))).toBe('404 open file "other.didx" failed - not found');
    await granted(append(session, 'dynamic', wid, [first.digest], [0]));
    const csum = dynamicChecksum([first]);
    await granted(closeIndex(session, 'dynamic', wid, { count: 1, size: 3000, csum }));
    const again = await sendArchive(session, 'root.pxar.didx', pieces, pieces);
    const early = { filename: 'early.didx', size: 3000, csum };
    await complete(session, { id, time: START + 1 }, [again, early]);
  });

  test('lends its image to an incremental one, which writes over single positions', async () => {
    groups += 1;
    const id = `group-${groups}`;
    const [zero, one, two] = [zeroChunk(), fullChunk(1), fullChunk(2)];
    const first = await gateway.backup({ id, time: START });
    const image = await sendImage(first, 'disk.img.fidx', [zero, one, zero]);
    await complete(first, { id, time: START }, [image]);
    await first.drop();

    const session = await gateway.backup({ id, time: START + 1 });
    const reuse = (name: string, size: number | null, csum: string) =>
      createIndex(session, 'fixed', name, { ...(size === null ? {} : { size }), 'reuse-csum': csum });
    expect(await refused(reuse('disk.img.fidx', image.size, DIGEST))).toBe(
      `400 expected csum (${DIGEST}) doesn't match last backup's (${image.csum}), cannot do incremental backup`,
    );
    expect(await refused(reuse('other.img.fidx', image.size, image.csum))).toBe(
      '400 cannot reuse index - no previous backup exists for archive',
    );
    expect(await refused(reuse('disk.img.fidx', 4 * CHUNK_BYTES, image.csum))).toBe(
      '400 cannot reuse index - index sizes not equal (3 != 4)',
    );
    expect(await refused(reuse('disk.img.fidx', null, image.csum))).toMatch(/^400 cannot reuse index/);

    const { data: wid } = await granted(reuse('disk.img.fidx', image.size, image.csum));
    // The digests that were taken over are not known: only what is uploaded may be named.
    expect(await refused(append(session, 'fixed', wid, [one.digest], [0]))).toMatch(/^400 no such chunk/);
    await granted(uploadChunk(session, 'fixed', wid, two));
    await granted(append(session, 'fixed', wid, [two.digest], [2 * CHUNK_BYTES]));
    const csum = fixedChecksum([zero.digest, one.digest, two.digest]);
    // Count and size are those of the changes, as QEMU sends them.
    await granted(closeIndex(session, 'fixed', wid, { count: 1, size: CHUNK_BYTES, csum }));
    const changed = { filename: 'disk.img.fidx', size: image.size, csum };
    await complete(session, { id, time: START + 1 }, [changed]);
  });

  test('is not built on when its verification failed, but still has to be older', async () => {
    groups += 1;
    const id = `group-${groups}`;
    const session = await gateway.backup({ id, time: START });
    const file = await sendFile(session, 'a.blob', Buffer.from('a'));
    const more = { unprotected: { verify_state: { state: 'failed', upid: 'UPID:x' } } };
    const manifest = manifestBlob({ id, time: START, files: [file], more });
    await granted(sendBlob(session, 'index.json.blob', manifest));
    await granted(finish(session));
    await session.drop();
    const next = await gateway.backup({ id, time: START + 1 });
    expect((await next.call('GET', '/previous_backup_time')).data).toBe(null);
    expect(await refused(next.call('GET', '/previous', { query: { 'archive-name': 'a.blob' } }))).toBe(
      '400 no valid previous backup',
    );
    await next.drop();
    await gateway.idle();
    const older = await gateway.upgrade('backup', { id, time: START });
    const body = `backup timestamp is older than last backup. host/${id} has one of 2023-11-14T22:13:20Z already.`;
    expect(older).toMatchObject({ status: 400, body });
  });
});

test('the log of a backup tells what tools read from it', async () => {
  const session = await begin();
  const pieces = [randomPiece(), randomPiece()];
  const archive = await sendArchive(session, 'root.pxar.didx', [...pieces, ...pieces]);
  const file = await sendFile(session, 'host.conf.blob', Buffer.from('x'));
  await complete(session, { id: `group-${groups}`, time: START }, [archive, file]);
  await session.drop();
  await gateway.idle();
  const subject = `one:host/group-${groups}/2023-11-14T22:13:20Z`;
  const [row] = await gateway.db.select().from(task).where(eq(task.subject, subject));
  expect(row).toMatchObject({ state: 'succeeded', kind: 'backup' });
  const lines = await gateway.db
    .select()
    .from(taskLog)
    .where(eq(taskLog.taskId, row?.id ?? ''));
  const text = lines.map((line) => line.text).join('\n');
  for (const expected of [
    `created new dynamic index 1 ("host/group-${groups}/2023-11-14T22:13:20Z/root.pxar.didx")`,
    "Upload statistics for 'root.pxar.didx'",
    `Checksum: ${archive.csum}`,
    'Size: 12000',
    'Chunk count: 4',
    'Upload size: 12000 (100%)',
    'Duplicates: 0+2 (50%)',
    'successfully closed dynamic index 1',
    'add blob "host.conf.blob"',
    'successfully finished backup',
    'backup finished successfully',
  ]) {
    expect(text).toContain(expected);
  }
});
