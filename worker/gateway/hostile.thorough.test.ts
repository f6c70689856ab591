import { randomBytes } from 'node:crypto';
import * as net from 'node:net';
import { crc32, createZstdCompress } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { HOSTILE_NAMES } from '#testing/hostile/names.ts';
import { testGateway } from '#testing/test-gateway.ts';
import { encodeFrame, encodeHeaders, FLAG, FRAME, settingsPayload, uint32 } from '#testing/wire/h2-frames.ts';
import {
  append,
  complete,
  createIndex,
  granted,
  sendArchive,
  sendBlob,
  sendFile,
  uploadChunk,
} from '#testing/wire/wire-backup.ts';
import { manifestBlob, piece, plainBlob, randomPiece, zstdBlob } from '#testing/wire/wire-blobs.ts';
import {
  connectTls,
  type HttpAnswer,
  readAnswer,
  request,
  requestHead,
} from '#testing/wire/wire-connection.ts';
import { WireSession, type WireStream } from '#testing/wire/wire-session.ts';

/**
 * Clients that mean harm or are broken (reliability-plan C5). After each of them the worker lives, uses no more memory
 * than before, holds no lock and has nothing half-made in its datastore.
 */

const gateway = testGateway({ stores: ['one', 'two'] });
const START = 1_700_000_000;
const MIB = 1024 * 1024;
const GROWTH_MAX = 64 * MIB;
/** What a process that works hard needs besides what clients make it hold. */
const PEAK_MAX = 256 * MIB;
let groups = 0;
let baseline = 0;
let growthMax = GROWTH_MAX;

beforeAll(async () => {
  // Buffers that are kept, code that is compiled: what every worker that has worked uses.
  for (let round = 0; round < 2; round += 1) {
    const pieces = Array.from({ length: 4 }, () => randomPiece(15 * MIB));
    const of = nextGroup();
    const session = await gateway.backup(of);
    const { data: wid } = await createIndex(session, 'dynamic', 'a.didx');
    await Promise.all(pieces.map((each) => uploadChunk(session, 'dynamic', wid, each)));
    await session.drop();
    await gateway.idle();
  }
  await gateway.watch();
  baseline = (await gateway.usage()).rssBytes;
});

afterEach(async () => {
  await gateway.leaveSound();
  await expect
    .poll(async () => (await gateway.usage()).rssBytes - baseline, { timeout: 5000, interval: 250 })
    .toBeLessThan(growthMax);
});
afterAll(() => gateway.expectSound({ chunks: true }));

function nextGroup(): { id: string; time: number } {
  groups += 1;
  return { id: `group-${groups}`, time: START };
}

async function begin(): Promise<{ session: WireSession; wid: number }> {
  const session = await gateway.backup(nextGroup());
  const { data } = await granted(createIndex(session, 'dynamic', 'a.didx'));
  return { session, wid: data as number };
}

function chunkPath(wid: number, encodedBytes: number, digest = 'ab'.repeat(32)): string {
  return `/dynamic_chunk?wid=${wid}&digest=${digest}&size=${encodedBytes - 12}&encoded-size=${encodedBytes}`;
}

/** Whether the gateway still serves somebody else. */
async function servesOthers(): Promise<void> {
  await gateway.backUp(nextGroup(), [randomPiece(), randomPiece(100_000)]);
}

async function peakOf(work: () => Promise<void>): Promise<number> {
  await gateway.watch();
  await work();
  const { peakBytes } = await gateway.usage();
  return peakBytes - baseline;
}

describe('bodies', () => {
  test('that are reset in the middle end these calls, and the connection goes on', async () => {
    const { session, wid } = await begin();
    for (let round = 0; round < 60; round += 1) {
      const stream = session.open('POST', chunkPath(wid, MIB), { end: false });
      await session.send(stream, Buffer.alloc(100_000));
      session.reset(stream, round % 2 === 0 ? 8 : 2);
    }
    await granted(uploadChunk(session, 'dynamic', wid, randomPiece()));
    await servesOthers();
  });

  test('that come a byte at a time do not hold up others, on the same connection or another', async () => {
    const { session, wid } = await begin();
    const slow: WireStream[] = [];
    for (let number = 0; number < 12; number += 1) {
      const stream = session.open('POST', chunkPath(wid, 16 * MIB), { end: false });
      await session.send(stream, Buffer.alloc(1));
      slow.push(stream);
    }
    for (let round = 0; round < 20; round += 1) {
      await Promise.all(slow.map((stream) => session.send(stream, Buffer.alloc(1))));
      await granted(uploadChunk(session, 'dynamic', wid, randomPiece(200_000)));
    }
    await servesOthers();
  });

  test('of many calls at once are taken in turn, not into memory', async () => {
    const { session, wid } = await begin();
    const blob = plainBlob(randomBytes(8 * MIB));
    const peak = await peakOf(async () => {
      const streams = Array.from({ length: 95 }, () =>
        session.open('POST', chunkPath(wid, blob.length), { end: false }),
      );
      // As much as the windows of the server allow, on all of them; none is ended.
      const sending = streams.map((stream) => session.send(stream, blob.subarray(0, blob.length - 1)));
      await Promise.race([Promise.all(sending), quiet(session)]);
      await servesOthers();
      await session.drop();
      await Promise.all(sending);
    });
    console.log('95 bodies of 8 MiB: peak', Math.round(peak / MIB), 'MiB');
    expect(peak).toBeLessThan(PEAK_MAX);
  });

  test('of parameters that never end are read one after the other', async () => {
    const body = Buffer.alloc(500_000, '[');
    const connections = await Promise.all(Array.from({ length: 3 }, () => begin()));
    const peak = await peakOf(async () => {
      const streams = connections.flatMap(({ session }) =>
        Array.from({ length: 95 }, () => ({
          session,
          stream: session.open('PUT', '/dynamic_index', { end: false }),
        })),
      );
      const sending = streams.map(({ session, stream }) => session.send(stream, body));
      await Promise.race([Promise.all(sending), Promise.all(connections.map((each) => quiet(each.session)))]);
      await servesOthers();
      await Promise.all(connections.map(({ session }) => session.drop()));
      await Promise.all(sending);
    });
    console.log('285 bodies of parameters: peak', Math.round(peak / MIB), 'MiB');
    expect(peak).toBeLessThan(GROWTH_MAX);
  });

  test('that are sent although nobody waits for them are read and thrown away', async () => {
    const { session } = await begin();
    const stream = session.open('GET', '/previous_backup_time', { end: false });
    await session.send(stream, Buffer.alloc(3 * MIB), true);
    expect(await session.answer(stream)).toMatchObject({ status: 200, data: null });
    const unknown = session.open('POST', '/nothing', { end: false });
    await session.send(unknown, Buffer.alloc(3 * MIB), true);
    expect((await session.answer(unknown)).status).toBe(404);
    expect([...stream.resets, ...unknown.resets]).toEqual([]);
  });

  test('of calls that are refused early never cause a reset on the wire', async () => {
    const { session, wid } = await begin();
    const known = randomPiece(2 * MIB);
    await granted(uploadChunk(session, 'dynamic', wid, known));
    const refusals = [
      chunkPath(999, MIB),
      chunkPath(wid, MIB).replace('size=', 'siz='),
      '/nothing',
      `/blob?file-name=../x.blob&encoded-size=${MIB}`,
      '/finish',
      '/dynamic_index?archive-name=a.didx',
    ];
    for (const path of refusals) {
      const stream = session.open('POST', path, { end: false });
      await session.send(stream, Buffer.alloc(MIB / 2));
      await session.send(stream, Buffer.alloc(MIB / 2), true);
      const { status } = await session.answer(stream);
      expect(status).toBeGreaterThanOrEqual(400);
      expect([path, stream.resets]).toEqual([path, []]);
    }
    // A chunk that is there already is answered after its body as well.
    const again = await granted(uploadChunk(session, 'dynamic', wid, known));
    expect(again.data).toBe(known.digest);
    await granted(session.call('GET', '/previous_backup_time'));
    expect([...session.streams.values()].flatMap(({ resets }) => resets)).toEqual([]);
  });
});

/** Resolves when nothing has come from the peer for a moment: it takes no more. */
async function quiet(session: WireSession): Promise<void> {
  let heard = -1;
  while (heard !== session.socket.bytesRead + session.socket.bytesWritten) {
    heard = session.socket.bytesRead + session.socket.bytesWritten;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

describe('indexes', () => {
  test('many at once, of images that are said to be huge, cost next to nothing', async () => {
    const { session } = await begin();
    const last = 64 * 1024 ** 4 - 4 * MIB;
    const peak = await peakOf(async () => {
      for (let number = 1; number < 64; number += 1) {
        const { data } = await granted(
          createIndex(session, 'fixed', `disk-${number}.fidx`, { size: last + 4 * MIB }),
        );
        const wid = data as number;
        const chunk = piece(Buffer.alloc(4 * MIB));
        if (number === 1) await granted(uploadChunk(session, 'fixed', wid, chunk));
        await granted(append(session, 'fixed', wid, [chunk.digest], [last]));
      }
      const more = await createIndex(session, 'dynamic', 'more.didx');
      expect(`${more.status} ${more.text}`).toMatch(/^400 .*too many open index writers/);
    });
    console.log('63 images of 64 TiB: peak', Math.round(peak / MIB), 'MiB');
    expect(peak).toBeLessThan(GROWTH_MAX);
    await session.drop();
  });

  test('of more images than can be kept in mind are refused', async () => {
    const { session } = await begin();
    const chunk = piece(Buffer.alloc(4 * MIB));
    const positions = Array.from({ length: 4096 }, (_, page) => page * 4096 * 4 * MIB);
    const answers: string[] = [];
    for (let number = 1; number <= 3; number += 1) {
      const size = 64 * 1024 ** 4;
      const { data } = await granted(createIndex(session, 'fixed', `disk-${number}.fidx`, { size }));
      const wid = data as number;
      if (number === 1) await granted(uploadChunk(session, 'fixed', wid, chunk));
      const digests = positions.map(() => chunk.digest);
      const { status, text } = await append(session, 'fixed', wid, digests, positions);
      answers.push(`${status} ${text}`);
    }
    expect(answers).toEqual([
      '200 {"data":null}',
      '200 {"data":null}',
      expect.stringContaining('400 the images of this backup are too large together'),
    ]);
    await session.drop();
  });
});

describe('readers', () => {
  test('that take nothing cost a bounded amount of memory, for as long as they like, and then get everything', async () => {
    const of = nextGroup();
    const pieces = Array.from({ length: 30 }, () => randomPiece(4 * MIB));
    await gateway.backUp(of, pieces);
    const reader = await gateway.reader({ ...of, wire: { streamWindow: 0 } });
    const index = reader.open('GET', '/download?file-name=root.pxar.didx', { end: true });
    reader.widen(index.id, MIB);
    await reader.answer(index);
    const peak = await peakOf(async () => {
      const waiting = Array.from({ length: 90 }, (_, number) => {
        const { digest = '' } = pieces[number % pieces.length] ?? {};
        const path = number % 4 === 0 ? '/download?file-name=root.pxar.didx' : `/chunk?digest=${digest}`;
        return reader.open('GET', path, { end: true });
      });
      await reader.until(() => waiting.filter(({ status }) => status === 200).length >= 4);
      await servesOthers();
      // What is given up while it waits makes room.
      for (const stream of waiting.slice(4, 70)) reader.reset(stream);
      const kept = [...waiting.slice(0, 4), ...waiting.slice(70)];
      for (const stream of kept) reader.widen(stream.id, 16 * MIB);
      for (const [position, stream] of kept.entries()) {
        const { status, bytes } = await reader.answer(stream);
        expect([position, status]).toEqual([position, 200]);
        expect(bytes.length).toBeGreaterThan(4000);
      }
    });
    console.log('90 answers that nobody reads: peak', Math.round(peak / MIB), 'MiB');
    expect(peak).toBeLessThan(PEAK_MAX);
  });

  test('that ask and go away, again and again, leave nothing behind', async () => {
    const of = nextGroup();
    const pieces = Array.from({ length: 4 }, () => randomPiece(4 * MIB));
    await gateway.backUp(of, pieces);
    for (let round = 0; round < 10; round += 1) {
      const reader = await gateway.reader({ ...of, wire: { streamWindow: 100_000 } });
      const index = reader.open('GET', '/download?file-name=root.pxar.didx', { end: true });
      await reader.answer(index);
      for (const { digest } of pieces) reader.open('GET', `/chunk?digest=${digest}`, { end: true });
      await reader.until(() => reader.streams.size === 5);
      await reader.drop();
    }
  });
});

describe('floods', () => {
  test('of ten thousand streams are turned down, and others are served', async () => {
    const { session, wid } = await begin();
    const peak = await peakOf(async () => {
      for (let number = 0; number < 10_000 && !session.socket.destroyed; number += 1) {
        session.open('POST', chunkPath(wid, MIB), { end: false });
        if (number % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      await servesOthers();
    });
    const refused = [...session.streams.values()].filter(({ resets }) => resets.length > 0);
    expect(session.socket.destroyed || refused.length > 9000).toBe(true);
    expect(peak).toBeLessThan(PEAK_MAX);
  });

  test('of streams that are opened and reset at once end the connection', async () => {
    const { session, wid } = await begin();
    for (let number = 0; number < 20_000 && !session.socket.destroyed; number += 1) {
      session.reset(session.open('POST', chunkPath(wid, MIB), { end: false }));
      if (number % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await servesOthers();
    await session.closed;
  });

  const floods: [what: string, frame: () => Buffer, count: number][] = [
    ['pings', () => encodeFrame(FRAME.ping, 0, 0, randomBytes(8)), 50_000],
    ['settings', () => encodeFrame(FRAME.settings, 0, 0, settingsPayload([[4, 65_535]])), 50_000],
    ['empty data', () => encodeFrame(FRAME.data, 0, 1, Buffer.alloc(0)), 50_000],
    ['frames of a type that does not exist', () => encodeFrame(0xee, 0, 0, randomBytes(100)), 50_000],
    ['window updates', () => encodeFrame(FRAME.windowUpdate, 0, 0, uint32(1)), 50_000],
  ];
  test.for(floods)('of %s do not stop the others', async ([, frame, count]) => {
    const { session } = await begin();
    const peak = await peakOf(async () => {
      for (let sent = 0; sent < count && !session.socket.destroyed; sent += 1000) {
        session.raw(Buffer.concat(Array.from({ length: 1000 }, frame)));
        await new Promise((resolve) => setImmediate(resolve));
      }
      await servesOthers();
    });
    expect(peak).toBeLessThan(PEAK_MAX);
  });

  test('of headers are refused: too many, too large, and continued for ever', async () => {
    const many = Array.from({ length: 3000 }, (_, number) => [`x-header-${number}`, 'y'.repeat(50)] as const);
    const blocks = [
      encodeHeaders(many),
      encodeHeaders([['x', 'y'.repeat(200_000)]]),
      encodeHeaders([[':path', `/${'x'.repeat(100_000)}`]]),
    ];
    for (const block of blocks) {
      const { session } = await begin();
      const head = encodeHeaders([
        [':method', 'GET'],
        [':scheme', 'https'],
        [':path', '/'],
      ]);
      session.frame(FRAME.headers, FLAG.endStream, 3, head);
      for (let at = 0; at < block.length; at += 16_000)
        session.frame(FRAME.continuation, 0, 3, block.subarray(at, at + 16_000));
      session.frame(FRAME.continuation, FLAG.endHeaders, 3);
      await session.closed.catch(() => {});
      await gateway.idle();
    }
    const { session } = await begin();
    session.frame(FRAME.headers, 0, 3, encodeHeaders([[':method', 'GET']]));
    const part = encodeHeaders(Array.from({ length: 100 }, () => ['x', 'y'.repeat(100)] as const));
    for (let sent = 0; sent < 5000 && !session.socket.destroyed; sent += 1) {
      session.frame(FRAME.continuation, 0, 3, part);
      if (sent % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await session.closed;
    const headers = { Bomb: 'x'.repeat(40_000), Host: 'x' };
    // The connection is cut as soon as the limit is passed, which may overtake the answer.
    const answer = request(gateway.port, 'GET', '/api2/json/version', { headers });
    expect(await answer.then(({ status }) => status).catch(() => 431)).toBe(431);
    await servesOthers();
  });

  test('of connections that say nothing, or half a request, keep nobody out', async () => {
    const silent = Array.from({ length: 200 }, () => net.connect(gateway.port, '127.0.0.1'));
    for (const socket of silent) socket.on('error', () => {});
    const halves = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const socket = await connectTls(gateway.port);
        socket.write('GET /api2/json/backup?store=one HTTP/1.1\r\nConn');
        return socket;
      }),
    );
    await servesOthers();
    for (const socket of [...silent, ...halves]) socket.destroy();
  });

  test('of backups are asked to come back when there are too many, also when they come at once', async () => {
    const asked = await Promise.all(
      Array.from({ length: 100 }, (_, number) =>
        gateway.upgrade('backup', { id: `crowd-${number}`, time: START }),
      ),
    );
    const sessions = asked.filter((answer) => answer instanceof WireSession);
    const refusals = asked.filter((answer): answer is HttpAnswer => !(answer instanceof WireSession));
    expect(sessions.length).toBe(64);
    expect(refusals.map(({ status, body }) => `${status} ${body}`)).toEqual(
      Array(36).fill('503 too many backup connections; try again in a minute'),
    );
    await Promise.all(sessions.map((session) => session.drop()));
    await gateway.idle();
    await servesOthers();
  });
});

describe('what is no HTTP/2', () => {
  const rubbish: [what: string, bytes: () => Buffer][] = [
    ['random bytes', () => randomBytes(5000)],
    ['another request', () => Buffer.from(requestHead('GET', '/api2/json/version', { Host: 'x' }))],
    ['a preface and then rubbish', () => Buffer.concat([WireSession.greeting(), randomBytes(5000)])],
    ['half a preface', () => Buffer.from('PRI * HTTP/2.0\r\n')],
    ['a frame that is too large', () => withGreeting(Buffer.from('7fffff0000000000010000', 'hex'))],
    [
      'data for a stream that was never opened',
      () => withGreeting(encodeFrame(FRAME.data, 0, 7, Buffer.alloc(9))),
    ],
    [
      'headers on stream 0',
      () => withGreeting(encodeFrame(FRAME.headers, 4, 0, encodeHeaders([['a', 'b']]))),
    ],
    [
      'headers on an even stream',
      () => withGreeting(encodeFrame(FRAME.headers, 4, 2, encodeHeaders([['a', 'b']]))),
    ],
    [
      'headers that cannot be unpacked',
      () => withGreeting(encodeFrame(FRAME.headers, 5, 1, Buffer.alloc(40, 0xff))),
    ],
    [
      'a window that overflows',
      () => withGreeting(encodeFrame(FRAME.windowUpdate, 0, 0, uint32(2 ** 31 - 1))),
    ],
    ['settings of a wrong length', () => withGreeting(encodeFrame(FRAME.settings, 0, 0, Buffer.alloc(7)))],
    ['a promise', () => withGreeting(encodeFrame(5, 4, 1, Buffer.alloc(20)))],
    ['a goodbye', () => withGreeting(encodeFrame(FRAME.goaway, 0, 0, Buffer.alloc(8)))],
  ];
  function withGreeting(bytes: Buffer): Buffer {
    return Buffer.concat([WireSession.greeting(), bytes]);
  }
  test.for(rubbish)(
    '%s, with the upgrade or after it, ends the backup and nothing else',
    async ([, bytes]) => {
      for (const together of [true, false]) {
        const of = nextGroup();
        const socket = await connectTls(gateway.port);
        const head = Buffer.from(gateway.upgradeHead('backup', of));
        if (together) socket.write(Buffer.concat([head, bytes()]));
        else socket.write(head);
        expect((await readAnswer(socket)).status).toBe(101);
        if (!together) socket.write(bytes());
        socket.resume();
        socket.end();
        await gateway.idle();
        await expect.poll(() => gateway.entries(`host/${of.id}`)).toBe(null);
        socket.destroy();
      }
      await servesOthers();
    },
  );
});

describe('names', () => {
  /** Odd, but allowed: they must do no harm. */
  const ODD = [
    'CON',
    'index.json',
    'owner',
    'a.',
    'A',
    'a',
    '__proto__',
    'constructor',
    'x'.repeat(128),
    '_',
    '0',
  ];
  const TIMES = [
    '-1',
    '0',
    '',
    'now',
    '1e9',
    '0x10',
    '1.5',
    ' 1',
    '253402300800',
    '9007199254740993',
    'NaN',
    '99'.repeat(99),
  ];

  test('that could mean something to a file system, a shell or a database are refused with their parameter', async () => {
    const { session } = await begin();
    const before = JSON.stringify([gateway.entries(''), gateway.entries('host'), gateway.entries('ns')]);
    const asked = async (protocol: 'backup' | 'reader', query: Record<string, string>) => {
      const answer = await gateway.upgrade(protocol, { id: 'names', time: START, query });
      if (answer instanceof WireSession) throw new Error(`granted: ${JSON.stringify(query)}`);
      return `${answer.status} ${answer.body}`;
    };
    const refused = (name: string) => new RegExp(`^400 parameter verification failed - '${name}': `);
    for (const name of HOSTILE_NAMES) {
      expect(await asked('backup', { 'backup-id': name })).toMatch(refused('backup-id'));
      if (name !== '') expect(await asked('reader', { ns: name })).toMatch(refused('ns'));
      expect(await asked('backup', { store: name })).toMatch(refused('store'));
      expect(await asked('backup', { 'backup-type': name })).toMatch(refused('backup-type'));
      for (const extension of ['.didx', '']) {
        const answer = await createIndex(session, 'dynamic', `${name}${extension}`);
        if (extension === '' || !['', 'x'.repeat(129)].includes(name)) {
          const { status, text } = answer;
          expect(`${JSON.stringify(name)} ${status} ${text}`).toMatch(
            / 400 parameter verification failed - 'archive-name'/,
          );
        }
      }
      const rest = await gateway.store('GET', '/snapshots', { query: { 'backup-id': name } });
      expect(`${rest.status} ${rest.text}`).toMatch(refused('backup-id'));
      const made = await gateway.store('POST', '/namespace', { query: { name } });
      expect(`${made.status} ${made.text}`).toMatch(refused('name'));
    }
    for (const time of TIMES)
      expect(await asked('backup', { 'backup-time': time })).toMatch(refused('backup-time'));
    for (const ns of ['a/b/c/d/e/f/g/h', Array(100).fill('a').join('/'), 'a/', '/a', `${'x'.repeat(33)}`]) {
      expect(await asked('backup', { ns })).toMatch(refused('ns'));
    }
    expect(JSON.stringify([gateway.entries(''), gateway.entries('host'), gateway.entries('ns')])).toBe(
      before,
    );
  });

  test('that are odd but allowed are kept apart, and come back as they went in', async () => {
    for (const id of ODD) {
      await gateway.backUp({ id, time: START, store: 'two' }, [randomPiece(10)]);
    }
    const { data } = await gateway.store('GET', '/groups', { name: 'two' });
    const ids = (data as Record<string, string>[]).map((item) => item['backup-id']);
    expect(ids.sort()).toEqual([...ODD].sort());
    for (const name of ['CON.didx', 'index.json.didx', 'owner.blob', '__proto__.blob', '_.didx']) {
      const of = nextGroup();
      const session = await gateway.backup(of);
      const file = name.endsWith('.blob')
        ? await sendFile(session, name, Buffer.from('x'))
        : await sendArchive(session, name, [randomPiece(10)]);
      await complete(session, of, [file]);
      expect(gateway.entries(`host/${of.id}/2023-11-14T22:13:20Z`)).toContain(name);
      await session.drop();
    }
  });

  test('in a manifest that lead out of the snapshot are refused', async () => {
    const { session } = await begin();
    for (const filename of [
      ...HOSTILE_NAMES,
      ...HOSTILE_NAMES.map((name) => `${name}/x.blob`),
      '../../../etc/passwd.blob',
    ]) {
      const files = [{ filename, size: 1, csum: 'ab'.repeat(32) }];
      const blob = manifestBlob({ id: 'x', time: 1, files });
      expect([filename, (await sendBlob(session, 'index.json.blob', blob)).status]).toEqual([filename, 400]);
    }
  });
});

test('a token of one datastore opens nothing on another', async () => {
  const credential = await gateway.with('two-only@ibs', 'Datastore.Admin', 'two');
  const of = nextGroup();
  await gateway.backUp(of, [randomPiece()]);
  for (const protocol of ['backup', 'reader'] as const) {
    const answer = await gateway.upgrade(protocol, {
      ...of,
      time: of.time + (protocol === 'backup' ? 1 : 0),
      credential,
    });
    expect(answer).not.toBeInstanceOf(WireSession);
    expect(answer).toMatchObject({ status: protocol === 'backup' ? 403 : 400 });
  }
});

describe('data that unpacks to much more than it is', () => {
  // What the threads have unpacked until they notice is left to their collectors, which take their time: it stays
  // bounded, but is not given back at once.
  beforeAll(() => {
    growthMax = PEAK_MAX;
  });

  test('is refused as a chunk, a blob, a manifest and a log, without unpacking all of it', async () => {
    const { session, wid } = await begin();
    // One says how large it is, the other one does not.
    const bombs = [zstdBlob(Buffer.alloc(400 * MIB)), await silentBomb(400 * MIB)];
    const of = nextGroup();
    await gateway.backUp(of, [randomPiece()]);
    const peak = await peakOf(async () => {
      for (let round = 0; round < 40; round += 1) {
        const bomb = bombs[round % 2] ?? Buffer.alloc(0);
        const small = piece(Buffer.alloc(1024), bomb);
        expect((await uploadChunk(session, 'dynamic', wid, small)).status).toBe(400);
        expect((await uploadChunk(session, 'dynamic', wid, small, { size: 16 * MIB })).status).toBe(400);
        expect((await sendBlob(session, 'x.blob', bomb)).status).toBe(400);
        expect((await sendBlob(session, 'index.json.blob', bomb)).status).toBe(400);
      }
    });
    console.log('bombs: peak', Math.round(peak / MIB), 'MiB');
    expect(peak).toBeLessThan(PEAK_MAX);
    const parameters = { 'backup-type': 'host', 'backup-id': of.id, 'backup-time': String(of.time) };
    const { status } = await gateway.rest(
      'POST',
      `/admin/datastore/one/upload-backup-log?${new URLSearchParams(parameters)}`,
      { body: bombs[0] ?? '' },
    );
    expect(status).toBe(400);
  });

  test('is refused as a manifest of half a million files, or one of a hundred thousand levels', async () => {
    const { session } = await begin();
    const deep = `{"files":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    const many = `{"backup-type":"host","backup-id":"x","backup-time":1,"files":[${'{},'.repeat(650_000)}{}]}`;
    const more = `{"backup-type":"host","backup-id":"x","backup-time":1,"files":[],"more":[${'[],'.repeat(650_000)}0]}`;
    for (const text of [deep, many, more]) {
      const answer = await sendBlob(session, 'index.json.blob', zstdBlob(Buffer.from(text)));
      expect([text.slice(0, 20), answer.status]).toEqual([text.slice(0, 20), text === more ? 200 : 400]);
    }
  });
});

/** Compressed piece by piece, so that the compressor does not know how much there will be. */
async function silentBomb(bytes: number): Promise<Buffer> {
  const compressor = createZstdCompress();
  const parts: Buffer[] = [];
  compressor.on('data', (part) => parts.push(part));
  for (let sent = 0; sent < bytes; sent += MIB)
    await new Promise((resolve) => compressor.write(Buffer.alloc(MIB), resolve));
  await new Promise<void>((resolve) => {
    compressor.once('end', resolve);
    compressor.end();
  });
  const body = Buffer.concat(parts);
  return Buffer.concat([zstdBlob(Buffer.alloc(0)).subarray(0, 8), uint32le(crc32(body)), body]);
}

function uint32le(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
