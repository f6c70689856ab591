import { once } from 'node:events';
import * as fs from 'node:fs';
import * as net from 'node:net';
import { join } from 'node:path';
import * as tls from 'node:tls';
import { eq } from 'drizzle-orm';
import { afterEach, describe, expect, test } from 'vitest';
import { datastore } from '#drizzle/schema/datastore.ts';
import { namespace } from '#drizzle/schema/snapshot.ts';
import { task } from '#drizzle/schema/task.ts';
import { testGateway, type UpgradeOptions } from '#testing/test-gateway.ts';
import { FRAME, PREFACE, takeFrames } from '#testing/wire/h2-frames.ts';
import { randomPiece } from '#testing/wire/wire-blobs.ts';
import { connectTls, readAnswer, request, requestHead } from '#testing/wire/wire-connection.ts';
import { WireSession } from '#testing/wire/wire-session.ts';

/** How a connection is opened and granted (docs/formats/protocol.md). */

const gateway = testGateway({ stores: ['one', 'two'] });
const TIME = 1_700_000_000;
const TOO_OLD =
  '400 backup timestamp is older than last backup. host/order has one of 2023-11-14T22:13:20Z already.';

afterEach(() => gateway.leaveSound());

async function refusal(options: UpgradeOptions, protocol: 'backup' | 'reader' = 'backup'): Promise<string> {
  const answer = await gateway.upgrade(protocol, options);
  if (!(answer instanceof WireSession)) return `${answer.status} ${answer.body}`;
  await answer.drop();
  return '101';
}

async function setMaintenance(mode: 'read-only' | 'offline' | null): Promise<void> {
  const maintenance = mode && { mode, message: 'new disks', since: 0, by: 'admin@ibs' };
  await gateway.db
    .update(datastore)
    .set({ maintenance })
    .where(eq(datastore.name, 'two' as never));
  await gateway.ask({ ask: 'refresh', name: 'two' });
}

describe('a backup is refused', () => {
  test('for the first rule that it breaks, in the order of the protocol', async () => {
    const nobody = await gateway.principal('nobody@ibs', []);
    const bob = await gateway.with('bob@ibs', 'Datastore.Backup');
    await gateway.backUp({ id: 'order', time: TIME }, [randomPiece()]);
    // Each line mends what the line before was refused for, and still breaks all the later rules.
    const rules: [partial: Partial<UpgradeOptions>, expected: string][] = [
      [{ credential: 'nobody@ibs!main:wrong', store: 'unknown' }, '401 authentication failed'],
      [
        { credential: nobody },
        '403 permission check failed - missing Datastore.Backup on /datastore/unknown/x',
      ],
      [{ credential: gateway.admin }, "400 datastore 'unknown' does not exist"],
      [{ store: 'one' }, '400 invalid protocol name'],
      [{ headers: {} }, '404 namespace not found: x'],
      [{ ns: '' }, "400 benchmark flags is only allowed on 'host/benchmark'"],
      [{ query: {} }, '101'],
      [{ credential: bob }, '400 backup owner check failed (bob@ibs!main != admin@ibs!main)'],
      [{ credential: gateway.admin, time: TIME - 1 }, TOO_OLD],
      [{ time: TIME }, TOO_OLD],
    ];
    let options: UpgradeOptions = {
      ...{ id: 'order', time: TIME + 1, ns: 'x' },
      headers: { Upgrade: 'proxmox-backup-protocol-v2' },
      query: { benchmark: 'true' },
    };
    for (const [partial, expected] of rules) {
      options = { ...options, ...partial };
      expect(await refusal(options)).toBe(expected);
      await gateway.idle();
    }
  });

  test('while another backup of the group runs, and not any more when that has ended', async () => {
    const first = await gateway.backup({ id: 'busy', time: TIME });
    const second = await refusal({ id: 'busy', time: TIME + 1 });
    expect(second).toMatch(/^400 unable to acquire backup group lock .*host\/busy.* is in use: backup of/);
    // Busy comes before whose group it is and how old the backup would be.
    const stranger = await gateway.with('stranger@ibs', 'Datastore.Backup');
    expect(await refusal({ id: 'busy', time: TIME - 1, credential: stranger })).toBe(second);
    await first.drop();
    await gateway.idle();
    expect(await refusal({ id: 'busy', time: TIME + 1 })).toBe('101');
  });

  test('while the snapshot that it would build on is being removed', async () => {
    await gateway.backUp({ id: 'base', time: TIME }, [randomPiece()]);
    const snapshot = { namespace: '', type: 'host', id: 'base', time: TIME } as never;
    await gateway.ask({ ask: 'hold', name: 'one', snapshot });
    expect(await refusal({ id: 'base', time: TIME + 1 })).toMatch(/^400 Snapshot host\/base\/.* is in use/);
    await gateway.ask({ ask: 'release' });
    expect(await refusal({ id: 'base', time: TIME + 1 })).toBe('101');
  });

  test('when a directory of its time lies there, which stays as it is', async () => {
    await gateway.backUp({ id: 'there', time: TIME }, [randomPiece()]);
    const left = join(gateway.path(), 'host/there/2023-11-14T22:13:21Z');
    fs.mkdirSync(left);
    expect(await refusal({ id: 'there', time: TIME + 1 })).toBe(
      '400 backup directory already exists. It is host/there/2023-11-14T22:13:21Z.',
    );
    expect(fs.existsSync(left)).toBe(true);
    fs.rmdirSync(left);
  });

  test('when the datastore is in maintenance, with the words of who set it', async () => {
    const snapshot = { store: 'two', id: 'maintained', time: TIME };
    await gateway.backUp(snapshot, [randomPiece()]);
    await setMaintenance('read-only');
    expect(await refusal({ ...snapshot, time: TIME + 1 })).toBe('400 read-only maintenance mode: new disks');
    expect(await refusal(snapshot, 'reader')).toBe('101');
    await setMaintenance('offline');
    expect(await refusal({ ...snapshot, time: TIME + 1 })).toBe('400 offline maintenance mode: new disks');
    expect(await refusal(snapshot, 'reader')).toBe('400 offline maintenance mode: new disks');
    await setMaintenance(null);
    await gateway.ask({ ask: 'online', names: ['two'] });
    expect(await refusal({ ...snapshot, time: TIME + 1 })).toBe('101');
  });

  test('without the header, with one in other letters, and over another version of HTTP', async () => {
    const fresh = { id: 'headers', time: TIME };
    expect(await refusal({ ...fresh, headers: { Upgrade: undefined } })).toBe('400 missing Upgrade header');
    expect(await refusal({ ...fresh, headers: { Upgrade: 'Proxmox-Backup-Protocol-v1' } })).toBe(
      '400 invalid protocol name',
    );
    expect(await refusal({ ...fresh, headers: { Upgrade: 'proxmox-backup-reader-protocol-v1' } })).toBe(
      '400 invalid protocol name',
    );
    const socket = await connectTls(gateway.port);
    socket.write(gateway.upgradeHead('backup', fresh).replace('HTTP/1.1', 'HTTP/1.0'));
    const { status, body } = await readAnswer(socket);
    expect(`${status} ${body}`).toBe("400 unexpected http version '1.0'");
    socket.destroy();
  });

  test('without the header it is refused for rights and datastore first', async () => {
    const nobody = await gateway.principal('headless@ibs', []);
    const headless = { id: 'headers', time: TIME, headers: { Upgrade: undefined } };
    expect(await refusal({ ...headless, credential: nobody })).toMatch(/^403 permission check failed/);
    expect(await refusal({ ...headless, store: 'unknown' })).toBe("400 datastore 'unknown' does not exist");
    expect(await refusal(headless, 'reader')).toBe('400 missing Upgrade header');
  });

  test('with the name of the parameter that is out of range', async () => {
    const wrong: Record<string, string | undefined>[] = [
      { 'backup-type': 'qemu' },
      { 'backup-type': undefined },
      { 'backup-id': '../x' },
      { 'backup-id': undefined },
      { 'backup-time': '0' },
      { 'backup-time': '-5' },
      { 'backup-time': '1e9' },
      { 'backup-time': '253402300800' },
      { 'backup-time': undefined },
      { ns: 'a//b' },
      { ns: 'a/b/c/d/e/f/g/h' },
      { store: undefined },
      { store: 'no' },
      { benchmark: 'maybe' },
    ];
    for (const query of wrong) {
      const [name = ''] = Object.keys(query);
      const refused = await refusal({ id: 'ranges', time: TIME, query });
      expect(refused).toMatch(new RegExp(`^400 parameter verification failed - '${name}': .{8,}`));
    }
  });

  test('and nothing is left of it: no group, no lock, no task', async () => {
    const { length: before } = await gateway.db.select().from(task);
    await refusal({ id: 'fresh', time: TIME, query: { benchmark: 'true' } });
    await refusal({ id: 'fresh', time: TIME, ns: 'unknown' });
    expect(gateway.entries('host/fresh')).toBe(null);
    expect(gateway.entries('ns')).toBe(null);
    expect((await gateway.db.select().from(task)).length).toBe(before);
  });
});

describe('a backup is granted', () => {
  test('with a task that names what is backed up and by whom', async () => {
    const session = await gateway.backup({ id: 'tasks', time: TIME });
    const [row] = await gateway.db
      .select()
      .from(task)
      .where(eq(task.subject, 'one:host/tasks/2023-11-14T22:13:20Z'));
    expect(row).toMatchObject({ kind: 'backup', state: 'running', createdBy: 'admin@ibs!main' });
    await session.drop();
  });

  test('without a Host header, with an empty namespace, and with parameters that newer clients send', async () => {
    expect(await refusal({ id: 'granted', time: TIME, headers: { Host: undefined } })).toBe('101');
    await gateway.idle();
    expect(await refusal({ id: 'granted', time: TIME, query: { ns: undefined } })).toBe('101');
    await gateway.idle();
    const query = { ns: '', debug: '1', 'no-cache': 'true', 'something-new': 'x' };
    expect(await refusal({ id: 'granted', time: TIME, query })).toBe('101');
  });

  test('in a namespace that exists', async () => {
    await gateway.store('POST', '/namespace', { query: { name: 'a' } });
    await gateway.store('POST', '/namespace', { query: { name: 'b', parent: 'a' } });
    const session = await gateway.backup({ id: 'deep', time: TIME, ns: 'a/b' });
    expect(gateway.entries('ns/a/ns/b/host/deep')).toEqual(['2023-11-14T22:13:20Z', 'owner']);
    await session.drop();
    await gateway.idle();
    expect(gateway.entries('ns/a/ns/b/host')).toEqual([]);
    await gateway.db.delete(namespace);
  });

  test('for every spelling of a token', async () => {
    const [id = '', secret = ''] = gateway.admin.split(/:(.*)/s);
    const encoded = [...secret].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join('');
    for (const Authorization of [
      `PBSAPIToken=${gateway.admin}`,
      `PBSAPIToken ${gateway.admin}`,
      `PBSAPIToken=${id}:${encoded}`,
      `Bearer ${gateway.admin}`,
    ]) {
      expect(await refusal({ id: 'spelling', time: TIME, headers: { Authorization } })).toBe('101');
      await gateway.idle();
    }
  });

  test('with exactly the answer that clients wait for, and settings before the client has said anything', async () => {
    const socket = await connectTls(gateway.port);
    socket.write(gateway.upgradeHead('backup', { id: 'answer', time: TIME }));
    const { status, headers, rest } = await readAnswer(socket);
    expect(status).toBe(101);
    expect(headers).toEqual({ connection: 'upgrade', upgrade: 'proxmox-backup-protocol-v1' });
    const session = new WireSession(socket, rest, { preface: false });
    await session.until(() => session.peerSettings.size > 0);
    await session.drop();
  });

  test('when the preface comes in the same packet as the request', async () => {
    const socket = await connectTls(gateway.port);
    const head = Buffer.from(gateway.upgradeHead('backup', { id: 'pipelined', time: TIME }));
    socket.write(Buffer.concat([head, WireSession.greeting()]));
    const session = new WireSession(socket, (await readAnswer(socket)).rest, { preface: false });
    expect(await session.call('GET', '/previous_backup_time')).toMatchObject({ status: 200, data: null });
    await session.drop();
  });

  test('when the preface comes byte by byte', async () => {
    const socket = await connectTls(gateway.port);
    socket.write(gateway.upgradeHead('backup', { id: 'slow', time: TIME }));
    const { rest } = await readAnswer(socket);
    for (const byte of WireSession.greeting()) {
      socket.write(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    const session = new WireSession(socket, rest, { preface: false });
    expect(await session.call('GET', '/previous_backup_time')).toMatchObject({ status: 200, data: null });
    await session.drop();
  });
});

describe('the port', () => {
  test('sends a browser that speaks plain HTTP to https, and lets go of it', async () => {
    const socket = net.connect(gateway.port, '127.0.0.1');
    socket.write('GET /some/page HTTP/1.1\r\nHost: backup.example:8007\r\n\r\n');
    const parts: Buffer[] = [];
    socket.on('data', (part) => parts.push(part));
    await once(socket, 'end');
    const text = Buffer.concat(parts).toString();
    expect(text).toMatch(/^HTTP\/1\.1 301 /);
    expect(text).toContain('Location: https://backup.example:8007/some/page\r\n');
    socket.destroy();
  });

  test('prefers HTTP/1.1 to a client that offers HTTP/2 as well', async () => {
    const socket = tls.connect({
      ...{ host: '127.0.0.1', port: gateway.port, rejectUnauthorized: false },
      ALPNProtocols: ['h2', 'http/1.1'],
    });
    await once(socket, 'secureConnect');
    expect(socket.alpnProtocol).toBe('http/1.1');
    socket.destroy();
  });

  test('answers several requests on one connection', async () => {
    const socket = await connectTls(gateway.port);
    for (const path of ['/api2/json/ping', '/api2/json/version', '/api2/json/nothing', '/api2/json/ping']) {
      socket.write(requestHead('GET', path, { Host: 'x', Authorization: `PBSAPIToken=${gateway.admin}` }));
      expect((await readAnswer(socket)).status).toBe(path.endsWith('nothing') ? 404 : 200);
    }
    socket.destroy();
  });

  test('refuses a path that is too long with 414', async () => {
    const { status } = await request(gateway.port, 'GET', `/api2/json/version?x=${'x'.repeat(3072)}`);
    expect(status).toBe(414);
    const query = { more: 'x'.repeat(3072) };
    for (const credential of [gateway.admin, 'nobody@ibs!main:wrong']) {
      expect(await refusal({ id: 'long', time: TIME, query, credential })).toBe('414 the path is too long');
    }
  });

  test('does not take anything but an upgrade for HTTP/2', async () => {
    const socket = await connectTls(gateway.port);
    socket.write(PREFACE);
    const { status, rest } = await readAnswer(socket);
    expect(status).toBe(400);
    takeFrames(rest, (frame) => expect(frame.type).not.toBe(FRAME.settings));
    socket.destroy();
  });

  test('keeps no connection of a client that was refused and never hangs up', async () => {
    await gateway.watch();
    const openFiles = async () => (await gateway.usage()).openFiles;
    const first = await openFiles();
    const refused = async () => {
      const socket = await connectTls(gateway.port);
      const headers = { Authorization: undefined };
      socket.write(`${gateway.upgradeHead('backup', { id: 'x', time: 1, headers })}and more`);
      expect((await readAnswer(socket)).status).toBe(401);
      return socket;
    };
    // What is refused goes into the audit log: as many connections to the database as that takes are there from now on.
    for (const socket of await Promise.all(Array.from({ length: 30 }, refused))) socket.destroy();
    await expect.poll(openFiles, { timeout: 8000 }).toBeLessThan(first + 15);
    const before = await openFiles();
    const sockets = await Promise.all(Array.from({ length: 30 }, refused));
    const plain = await Promise.all(
      Array.from({ length: 30 }, async () => {
        const socket = net.connect({ port: gateway.port, host: '127.0.0.1', allowHalfOpen: true });
        socket.on('error', () => {});
        socket.write('GET / HTTP/1.1\r\n\r\n');
        socket.resume();
        await once(socket, 'end');
        return socket;
      }),
    );
    await expect.poll(openFiles, { timeout: 8000 }).toBeLessThan(before + 10);
    for (const socket of [...sockets, ...plain]) socket.destroy();
  });
});
