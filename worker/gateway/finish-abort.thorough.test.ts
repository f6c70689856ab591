import * as fs from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { and, eq, sql } from 'drizzle-orm';
import { afterAll, afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { datastore } from '#drizzle/schema/datastore.ts';
import { backupGroup, snapshot } from '#drizzle/schema/snapshot.ts';
import { task } from '#drizzle/schema/task.ts';
import { requestCancel } from '#drizzle/tasks.ts';
import { testGateway, type UpgradeOptions } from '#testing/test-gateway.ts';
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
  uploadChunk,
} from '#testing/wire/wire-backup.ts';
import {
  dynamicChecksum,
  type ManifestFile,
  manifestBlob,
  piece,
  plainBlob,
  randomPiece,
  sha256,
  zstdBlob,
} from '#testing/wire/wire-blobs.ts';
import { connectTls, readAnswer } from '#testing/wire/wire-connection.ts';
import type { WireAnswer, WireSession } from '#testing/wire/wire-session.ts';

/** How a backup ends: finished, dropped at any step, or cancelled (docs/formats/protocol.md). */

const gateway = testGateway({ stores: ['one'] });
const START = 1_700_000_000;
const FIRST = '2023-11-14T22:13:20Z';
const SECOND = '2023-11-14T22:13:21Z';
let groups = 0;

afterEach(() => gateway.leaveSound());
afterAll(() => gateway.expectSound({ chunks: true }));

function nextGroup(): UpgradeOptions {
  groups += 1;
  return { id: `group-${groups}`, time: START };
}

async function refused(answer: Promise<WireAnswer>): Promise<string> {
  const { status, text } = await answer;
  return `${status} ${text}`;
}

function directoryOf({ id }: UpgradeOptions): string[] | null {
  return gateway.entries(`host/${id}`);
}

async function taskOf({ id }: UpgradeOptions, time = FIRST) {
  const [row] = await gateway.db
    .select()
    .from(task)
    .where(and(eq(task.subject, `one:host/${id}/${time}`), eq(task.kind, 'backup')));
  return row;
}

function rowsOf({ id }: UpgradeOptions) {
  return gateway.db
    .select()
    .from(snapshot)
    .where(eq(snapshot.backupId, id as never));
}

describe('finish is refused', () => {
  const cases: [
    what: string,
    prepare: (session: WireSession, of: UpgradeOptions) => Promise<void>,
    expected: RegExp,
  ][] = [
    [
      'while an index is open',
      async (session, of) => {
        await manifest(session, of, [await sendFile(session, 'a.blob', Buffer.from('a'))]);
        await granted(createIndex(session, 'dynamic', 'a.didx'));
      },
      /^400 found open index writer - unable to finish backup$/,
    ],
    ['without any file', async () => {}, /^400 backup does not contain valid files \(file count == 0\)$/],
    [
      'without a manifest',
      async (session) => {
        await sendFile(session, 'a.blob', Buffer.from('a'));
      },
      /^400 unable to update manifest blob - /,
    ],
    [
      'with a manifest of another snapshot',
      async (session, of) => {
        const file = await sendFile(session, 'a.blob', Buffer.from('a'));
        await manifest(session, { ...of, time: START + 5 }, [file]);
      },
      /^400 unable to update manifest blob - .*another snapshot/,
    ],
    [
      'with a manifest of another group',
      async (session, of) => {
        await manifest(session, { ...of, id: 'other' }, [
          await sendFile(session, 'a.blob', Buffer.from('a')),
        ]);
      },
      /^400 unable to update manifest blob - .*another snapshot/,
    ],
    [
      'when the manifest names a file that was never uploaded',
      async (session, of) => {
        const file = await sendFile(session, 'a.blob', Buffer.from('a'));
        await manifest(session, of, [file, { ...file, filename: 'b.blob' }]);
      },
      /^400 unable to update manifest blob - .*b\.blob, which was not uploaded/,
    ],
    [
      'when the manifest has another checksum',
      async (session, of) => {
        const file = await sendFile(session, 'a.blob', Buffer.from('a'));
        await manifest(session, of, [{ ...file, csum: 'ab'.repeat(32) }]);
      },
      /^400 unable to update manifest blob - the checksum of a\.blob/,
    ],
    [
      'when the manifest has another size',
      async (session, of) => {
        const archive = await sendArchive(session, 'a.didx', [randomPiece()]);
        await manifest(session, of, [{ ...archive, size: archive.size + 1 }]);
      },
      /^400 unable to update manifest blob - the size of a\.didx/,
    ],
  ];

  async function manifest(session: WireSession, of: UpgradeOptions, files: ManifestFile[]): Promise<void> {
    await granted(sendBlob(session, 'index.json.blob', manifestBlob({ ...of, files })));
  }

  test.for(cases)('%s, and the backup is then removed', async ([, prepare, expected]) => {
    const of = nextGroup();
    const session = await gateway.backup(of);
    await prepare(session, of);
    expect(await refused(finish(session))).toMatch(expected);
    await session.drop();
    await gateway.idle();
    expect(directoryOf(of)).toBe(null);
    expect(await rowsOf(of)).toEqual([]);
  });

  test('when the snapshot that it builds on has gone behind the back of the server', async () => {
    const of = nextGroup();
    await gateway.backUp(of, [randomPiece()]);
    const session = await gateway.backup({ ...of, time: START + 1 });
    const file = await sendFile(session, 'a.blob', Buffer.from('a'));
    fs.rmSync(join(gateway.path(), `host/${of.id}/${FIRST}`), { recursive: true });
    expect(await refused(finish(session))).toMatch(
      new RegExp(`^400 base snapshot host/${of.id}/${FIRST} was removed during backup, cannot finish`),
    );
    // The manifest alone does not help then.
    await manifest(session, { ...of, time: START + 1 }, [file]);
    expect(await refused(finish(session))).toMatch(/^400 base snapshot /);
  });

  test('a second time, as is every other call that would change something', async () => {
    const of = nextGroup();
    const session = await gateway.backup(of);
    await complete(session, { id: of.id, time: START }, [
      await sendFile(session, 'a.blob', Buffer.from('a')),
    ]);
    const blob = plainBlob(Buffer.from('late'));
    const late = [
      finish(session),
      sendBlob(session, 'late.blob', blob),
      createIndex(session, 'dynamic', 'late.didx'),
      uploadChunk(session, 'dynamic', 1, randomPiece()),
      append(session, 'dynamic', 1, [], []),
      closeIndex(session, 'dynamic', 1, { count: 1, size: 1, csum: sha256(blob) }),
    ];
    for (const answer of late) expect(await refused(answer)).toBe('400 backup already marked as finished.');
    expect(gateway.entries(`host/${of.id}/${FIRST}`)).toEqual(['a.blob', 'index.json.blob']);
  });

  test('once only, when two ask at the same time', async () => {
    const of = nextGroup();
    const session = await gateway.backup(of);
    const file = await sendFile(session, 'a.blob', Buffer.from('a'));
    await manifest(session, of, [file]);
    const answers = await Promise.all([refused(finish(session)), refused(finish(session))]);
    expect(answers.sort()).toEqual(['200 {"data":null}', '400 backup already marked as finished.']);
  });
});

describe('a finished backup', () => {
  test('is listed with its sizes, and frees its locks before the answer comes', async () => {
    const of = nextGroup();
    const session = await gateway.backup(of);
    const archive = await sendArchive(session, 'root.pxar.didx', [randomPiece()]);
    await complete(session, { id: of.id, time: START }, [archive]);
    expect(await rowsOf(of)).toMatchObject([{ finished: true, sizeBytes: 3000, damage: null }]);
    // The connection of the first is still open.
    const next = await gateway.backup({ ...of, time: START + 1 });
    expect((await next.call('GET', '/previous_backup_time')).data).toBe(START);
    await session.drop();
    await next.drop();
    await gateway.idle();
    expect(await taskOf(of)).toMatchObject({ state: 'succeeded', outcome: /backed up in/ });
    expect(directoryOf(of)).toEqual([FIRST, 'owner']);
  });

  test('keeps its connection when progress that was under way comes to the ended task', async () => {
    await gateway.db.execute(sql`create function slow_progress() returns trigger language plpgsql
      as $$ begin perform pg_sleep(0.3); return null; end $$`);
    await gateway.db.execute(sql`create trigger slow_progress before update of progress on task
      for each statement execute function slow_progress()`);
    onTestFinished(async () => {
      await gateway.db.execute(sql`drop function slow_progress() cascade`);
    });
    const of = nextGroup();
    const session = await gateway.backup(of);
    await complete(session, { id: of.id, time: START }, [
      await sendFile(session, 'a.blob', Buffer.from('a')),
    ]);
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect(await refused(finish(session))).toBe('400 backup already marked as finished.');
    expect(await taskOf(of)).toMatchObject({ state: 'succeeded' });
  });

  test('keeps what its manifest says besides, with the statistics of the server', async () => {
    const of = nextGroup();
    const session = await gateway.backup(of);
    const pieces = [randomPiece(), randomPiece()];
    const archive = await sendArchive(session, 'root.pxar.didx', [...pieces, ...pieces]);
    const more = {
      signature: 'cd'.repeat(32),
      'something-new': { deep: [1, 2] },
      unprotected: { notes: 'first\nsecond', 'key-fingerprint': '12:b9', chunk_upload_stats: { count: 99 } },
    };
    const blob = manifestBlob({ id: of.id, time: START, files: [archive], more });
    await granted(sendBlob(session, 'index.json.blob', blob));
    await granted(finish(session));
    const reader = await gateway.reader(of);
    const { bytes } = await reader.call('GET', '/download', { query: { 'file-name': 'index.json.blob' } });
    const json = JSON.parse(zstdDecompressSync(bytes.subarray(12)).toString());
    expect(json).toMatchObject({
      ...{ signature: more.signature, 'something-new': { deep: [1, 2] } },
      unprotected: {
        ...{ notes: 'first\nsecond', 'key-fingerprint': '12:b9' },
        chunk_upload_stats: { count: 4, size: 12_000, duplicates: 2 },
      },
    });
    const { data } = await gateway.store('GET', '/snapshots', { query: { 'backup-id': of.id } });
    expect(data).toMatchObject([{ comment: 'first', fingerprint: '12:b9', size: 12_000 }]);
  });

  test('with a file that its manifest does not name is finished with a warning', async () => {
    const of = nextGroup();
    const session = await gateway.backup(of);
    const file = await sendFile(session, 'named.blob', Buffer.from('a'));
    await sendFile(session, 'unnamed.blob', Buffer.from('b'));
    await complete(session, { id: of.id, time: START }, [file]);
    await session.drop();
    await gateway.idle();
    expect(await taskOf(of)).toMatchObject({ state: 'warnings', warnings: 1 });
  });

  test('counts the chunks that are really new, and one that is replaced by a smaller one for none', async () => {
    const counts = async () => {
      const [row] = await gateway.db.select().from(datastore);
      return { chunks: row?.chunkCount ?? 0, bytes: row?.chunkBytes ?? 0 };
    };
    const payload = Buffer.alloc(20_000, groups + 100);
    const before = await counts();
    await gateway.backUp(nextGroup(), [piece(payload), randomPiece(1000)]);
    await gateway.idle();
    const first = await counts();
    expect(first).toEqual({ chunks: before.chunks + 2, bytes: before.bytes + 20_012 + 1012 });
    const small = piece(payload, zstdBlob(payload));
    await gateway.backUp(nextGroup(), [small]);
    await gateway.idle();
    expect(await counts()).toEqual({ chunks: first.chunks, bytes: first.bytes - 20_012 + small.blob.length });
    // What an unfinished backup stored is there as well.
    const dropped = await gateway.backup(nextGroup());
    const { data: wid } = await createIndex(dropped, 'dynamic', 'a.didx');
    await granted(uploadChunk(dropped, 'dynamic', wid, randomPiece(500)));
    await dropped.drop();
    await gateway.idle();
    expect(await counts()).toMatchObject({ chunks: first.chunks + 1 });
  });
});

describe('a connection that is dropped', () => {
  const pieces = [randomPiece(), randomPiece()];
  let wid: unknown;
  /** One backup, step by step. */
  const steps: [name: string, step: (session: WireSession, of: UpgradeOptions) => Promise<unknown>][] = [
    ['after the upgrade', async () => {}],
    [
      'with an index just created',
      async (session) => {
        wid = (await granted(createIndex(session, 'dynamic', 'root.pxar.didx'))).data;
      },
    ],
    ['in the middle of a chunk', (session) => halfChunk(session, wid)],
    ['with a chunk uploaded', (session) => upload(session, 0)],
    ['with a call that was not answered yet', async (session) => void upload(session, 1).catch(() => {})],
    ['with all chunks uploaded', (session) => upload(session, 1)],
    [
      'after an append',
      (session) =>
        granted(
          append(
            session,
            'dynamic',
            wid,
            pieces.map(({ digest }) => digest),
            [0, 3000],
          ),
        ),
    ],
    [
      'with the index closed',
      (session) =>
        granted(closeIndex(session, 'dynamic', wid, { count: 2, size: 6000, csum: dynamicChecksum(pieces) })),
    ],
    [
      'with an image begun',
      (session) => granted(createIndex(session, 'fixed', 'disk.img.fidx', { size: 99 })),
    ],
    ['with a blob', (session) => sendFile(session, 'host.conf.blob', Buffer.from('x'))],
    [
      'with the manifest',
      (session, of) => {
        const files = [{ filename: 'root.pxar.didx', size: 6000, csum: dynamicChecksum(pieces) }];
        return granted(sendBlob(session, 'index.json.blob', manifestBlob({ ...of, files })));
      },
    ],
    ['after a finish that was refused', (session) => finish(session)],
  ];

  function upload(session: WireSession, at: number): Promise<WireAnswer> {
    return granted(uploadChunk(session, 'dynamic', wid, pieces[at] as never));
  }

  async function halfChunk(session: WireSession, writer: unknown): Promise<void> {
    const query = `wid=${writer}&digest=${'ab'.repeat(32)}&size=5000&encoded-size=5012`;
    const stream = session.open('POST', `/dynamic_chunk?${query}`, { end: false });
    await session.send(stream, Buffer.alloc(2500));
  }

  for (const [position, [name]] of steps.entries()) {
    test(`${name} leaves nothing, and a new backup works at once`, async () => {
      const of = nextGroup();
      const session = await gateway.backup(of);
      for (const [, step] of steps.slice(0, position + 1)) await step(session, of);
      await session.drop();
      await gateway.idle();
      expect(directoryOf(of)).toBe(null);
      expect(await rowsOf(of)).toEqual([]);
      expect(await taskOf(of)).toMatchObject({
        state: 'failed',
        outcome: /^The backup ended before it was finished and was removed/,
      });
      await gateway.backUp(of, pieces);
    });
  }

  test('from a group with snapshots leaves these, and the group', async () => {
    const of = nextGroup();
    await gateway.backUp(of, [randomPiece()]);
    const session = await gateway.backup({ ...of, time: START + 1 });
    await granted(createIndex(session, 'dynamic', 'root.pxar.didx'));
    expect(directoryOf(of)).toEqual([FIRST, SECOND, 'owner']);
    await session.drop();
    await gateway.idle();
    expect(directoryOf(of)).toEqual([FIRST, 'owner']);
    expect(await rowsOf(of)).toMatchObject([{ finished: true }]);
  });

  test('while finish is under way leaves a whole snapshot or none', async () => {
    for (let round = 0; round < 10; round += 1) {
      const of = nextGroup();
      const session = await gateway.backup(of);
      const file = await sendFile(session, 'a.blob', Buffer.from('a'));
      await granted(
        sendBlob(session, 'index.json.blob', manifestBlob({ id: of.id, time: START, files: [file] })),
      );
      session.open('POST', '/finish', { end: true });
      if (round % 2 === 0) await new Promise((resolve) => setImmediate(resolve));
      await session.drop();
      await gateway.idle();
      const row = await taskOf(of);
      if (row?.state === 'succeeded') {
        expect(gateway.entries(`host/${of.id}/${FIRST}`)).toEqual(['a.blob', 'index.json.blob']);
        expect(await rowsOf(of)).toMatchObject([{ finished: true }]);
      } else {
        expect(row?.state).toBe('failed');
        expect(directoryOf(of)).toBe(null);
      }
    }
  });

  test('after it was granted, before it said anything in HTTP/2, is a backup that ended', async () => {
    const of = nextGroup();
    const socket = await connectTls(gateway.port);
    socket.write(gateway.upgradeHead('backup', of));
    await readAnswer(socket);
    socket.destroy();
    await expect.poll(() => directoryOf(of)).toBe(null);
    await gateway.idle();
    // And one that does not even wait for the answer.
    const hasty = await connectTls(gateway.port);
    hasty.end(gateway.upgradeHead('backup', { ...of, time: START + 1 }));
    hasty.destroySoon();
    await expect.poll(async () => (await taskOf(of, SECOND))?.state).toBe('failed');
    expect(directoryOf(of)).toBe(null);
  });
});

describe('a running backup', () => {
  test('is listed as one that is not finished, with its files and without a size', async () => {
    const of = nextGroup();
    const session = await gateway.backup(of);
    await sendFile(session, 'a.blob', Buffer.from('a'));
    const listed = async () =>
      (await gateway.store('GET', '/snapshots', { query: { 'backup-id': of.id } })).data as object[];
    const [item] = await listed();
    expect(item).toMatchObject({ 'backup-id': of.id, 'backup-time': START, owner: 'admin@ibs!main' });
    expect(item).not.toHaveProperty('size');
    await session.drop();
    await gateway.idle();
    expect(await listed()).toEqual([]);
    expect(
      await gateway.db
        .select()
        .from(backupGroup)
        .where(eq(backupGroup.backupId, of.id as never)),
    ).toEqual([]);
  });

  test('ends when its task is cancelled, and is removed', async () => {
    const of = nextGroup();
    const session = await gateway.backup(of);
    const row = await taskOf(of);
    await gateway.db.transaction((tx) => requestCancel(tx, row?.id ?? '', 'admin@ibs'));
    await session.closed;
    await gateway.idle();
    expect(await taskOf(of)).toMatchObject({ state: 'cancelled' });
    expect(directoryOf(of)).toBe(null);
  });

  test('goes on when its datastore enters read-only maintenance', async () => {
    const of = nextGroup();
    const session = await gateway.backup(of);
    const maintenance = { mode: 'read-only' as const, message: 'x', since: 0, by: 'admin@ibs' };
    await gateway.db.update(datastore).set({ maintenance });
    await gateway.ask({ ask: 'refresh', name: 'one' });
    await complete(session, { id: of.id, time: START }, [
      await sendFile(session, 'a.blob', Buffer.from('a')),
    ]);
    await gateway.db.update(datastore).set({ maintenance: null });
    await gateway.ask({ ask: 'refresh', name: 'one' });
  });

  test('ends when its datastore is taken offline, with the reason in its task', async () => {
    const of = nextGroup();
    const session = await gateway.backup(of);
    const maintenance = { mode: 'offline' as const, message: 'new disks', since: 0, by: 'admin@ibs' };
    await gateway.db.update(datastore).set({ maintenance });
    await gateway.ask({ ask: 'refresh', name: 'one' });
    await session.closed;
    await expect.poll(async () => (await taskOf(of))?.state).toBe('failed');
    expect((await taskOf(of))?.outcome).toMatch(/maintenance: new disks/);
    await gateway.db.update(datastore).set({ maintenance: null });
    await gateway.ask({ ask: 'refresh', name: 'one' });
    await gateway.ask({ ask: 'online', names: ['one'] });
    expect(directoryOf(of)).toBe(null);
  });

  test('of a speed test keeps nothing, also when it is finished', async () => {
    const of = { id: 'benchmark', time: START, query: { benchmark: 'true' } };
    for (const finished of [false, true]) {
      const session = await gateway.backup(of);
      const archive = await sendArchive(session, 'speed.didx', [randomPiece()]);
      if (finished) await complete(session, of, [archive]);
      await session.drop();
      await gateway.idle();
      expect(gateway.entries('host/benchmark')).toBe(null);
      expect(await taskOf(of)).toMatchObject({ state: 'succeeded', outcome: /benchmark/ });
      await gateway.db.delete(task);
    }
    expect(await rowsOf(of)).toEqual([]);
  });

  test('that loses the database at its end gets its outcome when that is back', async () => {
    const of = nextGroup();
    const session = await gateway.backup(of);
    const lost = sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'ironcore-backup worker'`;
    const dropped = session.drop();
    for (let round = 0; round < 20; round += 1) await gateway.db.execute(lost);
    await dropped;
    await gateway.idle();
    await expect.poll(async () => (await taskOf(of))?.state, { timeout: 8000 }).toBe('failed');
    expect(directoryOf(of)).toBe(null);
  });
});
