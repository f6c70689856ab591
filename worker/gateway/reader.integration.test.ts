import * as fs from 'node:fs';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { task, taskLog } from '#drizzle/schema/task.ts';
import { testGateway, type UpgradeOptions } from '#testing/test-gateway.ts';
import { complete, sendArchive, sendFile } from '#testing/wire/wire-backup.ts';
import { type Piece, randomPiece } from '#testing/wire/wire-blobs.ts';
import { type WireAnswer, WireSession } from '#testing/wire/wire-session.ts';

/** The reader protocol (docs/formats/protocol.md). */

const gateway = testGateway({ stores: ['one'] });
const START = 1_700_000_000;
const FIRST = '2023-11-14T22:13:20Z';

afterEach(() => gateway.leaveSound());
afterAll(() => gateway.expectSound({ chunks: true }));

async function refusal(options: UpgradeOptions): Promise<string> {
  const answer = await gateway.upgrade('reader', options);
  if (!(answer instanceof WireSession)) return `${answer.status} ${answer.body}`;
  await answer.drop();
  await gateway.idle();
  return '101';
}

async function refused(answer: Promise<WireAnswer>): Promise<string> {
  const { status, text } = await answer;
  return `${status} ${text}`;
}

function download(session: WireSession, name: string): Promise<WireAnswer> {
  return session.call('GET', '/download', { query: { 'file-name': name } });
}

function chunk(session: WireSession, { digest }: Piece): Promise<WireAnswer> {
  return session.call('GET', '/chunk', { query: { digest } });
}

describe('a reader', () => {
  test('is refused for the first rule that it breaks, in the order of the protocol', async () => {
    const alice = await gateway.with('alice@ibs', 'Datastore.Backup');
    const bob = await gateway.with('bob@ibs', 'Datastore.Backup');
    const auditor = await gateway.with('auditor@ibs', 'Datastore.Audit');
    const restorer = await gateway.with('restorer@ibs', 'Datastore.Reader');
    await gateway.backUp({ id: 'order', time: START, credential: alice }, [randomPiece()]);
    const rules: [partial: Partial<UpgradeOptions>, expected: RegExp][] = [
      [{ credential: 'alice@ibs!main:wrong' }, /^401 authentication failed$/],
      [{ credential: auditor }, /^400 no permissions on \/datastore\/unknown$/],
      [{ credential: gateway.admin }, /^400 datastore 'unknown' does not exist$/],
      [{ store: 'one' }, /^400 invalid protocol name$/],
      [{ headers: {}, credential: bob }, /^400 backup owner check failed!$/],
      [{ credential: alice }, /^400 snapshot host\/order\/2023-11-14T22:13:21Z does not exist\.$/],
      [{ time: START }, /^101$/],
      [{ credential: restorer }, /^101$/],
    ];
    let options: UpgradeOptions = {
      ...{ id: 'order', time: START + 1, store: 'unknown' },
      headers: { Upgrade: 'proxmox-backup-protocol-v1' },
    };
    for (const [partial, expected] of rules) {
      options = { ...options, ...partial };
      expect(await refusal(options)).toMatch(expected);
    }
  });

  test('is refused while the snapshot is being written or removed', async () => {
    const of = { id: 'held', time: START };
    const session = await gateway.backup(of);
    expect(await refusal(of)).toMatch(/^400 Snapshot host\/held\/.* is in use: backup of/);
    await complete(session, of, [await sendFile(session, 'a.blob', Buffer.from('a'))]);
    await session.drop();
    expect(await refusal(of)).toBe('101');
    const snapshot = { namespace: '', type: 'host', id: 'held', time: START } as never;
    await gateway.ask({ ask: 'hold', name: 'one', snapshot });
    expect(await refusal(of)).toMatch(/^400 Snapshot host\/held\/.* is in use/);
    await gateway.ask({ ask: 'release' });
  });

  test('gets files as they are stored', async () => {
    const of = { id: 'files', time: START };
    const session = await gateway.backup(of);
    const archive = await sendArchive(session, 'root.pxar.didx', [randomPiece()]);
    const file = await sendFile(session, 'a.conf.blob', Buffer.from('content'));
    await complete(session, of, [archive, file]);
    await session.drop();
    const reader = await gateway.reader(of);
    for (const name of ['index.json.blob', 'root.pxar.didx', 'a.conf.blob']) {
      const { status, bytes } = await download(reader, name);
      expect(status).toBe(200);
      expect(bytes.equals(fs.readFileSync(join(gateway.path(), `host/files/${FIRST}`, name)))).toBe(true);
    }
    expect(await refused(download(reader, 'other.blob'))).toBe(
      '404 open file "other.blob" failed - not found',
    );
    for (const name of ['../owner', '/etc/passwd', '..', '', 'owner', '.protected', '../files/a.blob']) {
      expect(await refused(download(reader, name))).toMatch(
        /^400 parameter verification failed - 'file-name'/,
      );
    }
  });

  test('gets chunks only of an index that it has downloaded on this connection', async () => {
    const of = { id: 'chunks', time: START };
    const [mine, other] = [randomPiece(), randomPiece()];
    await gateway.backUp({ id: 'others', time: START }, [other]);
    await gateway.backUp(of, [mine]);
    const reader = await gateway.reader(of);
    expect(await refused(chunk(reader, mine))).toBe(`401 download chunk ${mine.digest} not allowed`);
    await download(reader, 'index.json.blob');
    expect(await refused(chunk(reader, mine))).toBe(`401 download chunk ${mine.digest} not allowed`);
    await download(reader, 'root.pxar.didx');
    const { status, bytes } = await chunk(reader, mine);
    expect(status).toBe(200);
    expect(bytes.equals(mine.blob)).toBe(true);
    expect(await refused(chunk(reader, other))).toBe(`401 download chunk ${other.digest} not allowed`);
    for (const digest of ['', 'ab', mine.digest.toUpperCase(), '../../owner']) {
      expect(await refused(chunk(reader, { ...mine, digest }))).toMatch(
        /^400 parameter verification failed - 'digest'/,
      );
    }
  });

  test('is told when a chunk or a file is missing or damaged, and goes on', async () => {
    const of = { id: 'damaged', time: START };
    const [gone, kept] = [randomPiece(), randomPiece()];
    await gateway.backUp(of, [gone, kept]);
    const path = join(gateway.path(), '.chunks', gone.digest.slice(0, 4), gone.digest);
    const reader = await gateway.reader(of);
    await download(reader, 'root.pxar.didx');
    fs.renameSync(path, `${path}.0.bad`);
    expect(await refused(chunk(reader, gone))).toMatch(/^404 Chunk .* is missing/);
    fs.mkdirSync(path);
    expect(await refused(chunk(reader, gone))).toMatch(/^400 .{8,}/);
    fs.rmdirSync(path);
    fs.renameSync(`${path}.0.bad`, path);
    expect((await chunk(reader, gone)).status).toBe(200);
    const index = join(gateway.path(), `host/damaged/${FIRST}/root.pxar.didx`);
    const bytes = fs.readFileSync(index);
    fs.writeFileSync(index, bytes.subarray(0, bytes.length - 1));
    expect(await refused(download(reader, 'root.pxar.didx'))).toMatch(/^400 An index file is damaged/);
    fs.writeFileSync(index, bytes);
    expect((await chunk(reader, kept)).status).toBe(200);
  });

  test('keeps its snapshot from being removed, also by a prune, and lets others read it', async () => {
    const of = { id: 'kept', time: START };
    await gateway.backUp(of, [randomPiece()]);
    const [first, second] = [await gateway.reader(of), await gateway.reader(of)];
    const snapshot = { 'backup-type': 'host', 'backup-id': 'kept', 'backup-time': START };
    const forget = () => gateway.store('DELETE', '/snapshots', { query: snapshot });
    expect(await forget()).toMatchObject({ status: 400, text: expect.stringMatching(/is in use: restore/) });
    await first.drop();
    expect((await forget()).status).toBe(400);
    const group = { 'backup-type': 'host', 'backup-id': 'kept' };
    expect((await gateway.store('DELETE', '/groups', { query: group })).status).toBe(400);
    await second.drop();
    await gateway.idle();
    expect((await forget()).status).toBe(200);
    expect(gateway.entries('host/kept')).toBe(null);
  });

  test('reads the snapshot that a running backup builds on', async () => {
    const of = { id: 'both', time: START };
    await gateway.backUp(of, [randomPiece()]);
    const backup = await gateway.backup({ ...of, time: START + 1 });
    const reader = await gateway.reader(of);
    expect((await download(reader, 'root.pxar.didx')).status).toBe(200);
    expect((await backup.call('GET', '/previous_backup_time')).data).toBe(START);
  });

  test('has a speed test, a list of calls, and nothing else', async () => {
    const of = { id: 'speed', time: START };
    await gateway.backUp(of, [randomPiece()]);
    const reader = await gateway.reader(of);
    const { bytes } = await reader.call('GET', '/speedtest');
    expect(bytes.length).toBe(1024 * 1024);
    expect(bytes.every((byte) => byte === 65)).toBe(true);
    const { data } = await reader.call('GET', '/');
    expect(data).toEqual([{ subdir: 'chunk' }, { subdir: 'download' }, { subdir: 'speedtest' }]);
    for (const [method, path] of [
      ['POST', '/finish'],
      ['POST', '/blob'],
      ['GET', '/previous'],
      ['PUT', '/dynamic_index'],
    ] as const) {
      expect(await refused(reader.call(method, path))).toBe(`404 Path '${path}' not found.`);
    }
  });

  test('is a task that ends well when the client goes, and tells how much was sent', async () => {
    const of = { id: 'task', time: START };
    await gateway.backUp(of, [randomPiece()]);
    const reader = await gateway.reader(of);
    for (let round = 0; round < 5; round += 1) await download(reader, 'root.pxar.didx');
    await reader.drop();
    await gateway.idle();
    const rows = await gateway.db
      .select()
      .from(task)
      .where(eq(task.subject, `one:host/task/${FIRST}`));
    const row = rows.find(({ kind }) => kind === 'restore');
    expect(row).toMatchObject({ state: 'succeeded', createdBy: 'admin@ibs!main' });
    expect(row?.result).toMatchObject({ sentBytes: 5 * (4096 + 40) });
    const lines = await gateway.db
      .select()
      .from(taskLog)
      .where(eq(taskLog.taskId, row?.id ?? ''));
    // A client that asks a million times does not write a million lines.
    expect(lines.filter(({ text }) => text.startsWith('download'))).toHaveLength(1);
  });
});
