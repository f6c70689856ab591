import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq, sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { runBackup } from '#client/backup/run-backup.ts';
import { parseSources } from '#client/backup/sources.ts';
import { PRIVILEGES, type Privilege, privilegesOfRole, ROLE_NAMES } from '#domain/permissions.ts';
import { acl } from '#drizzle/schema/acl.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { namespace, snapshot } from '#drizzle/schema/snapshot.ts';
import { audit } from '#drizzle/schema/system.ts';
import { putToken } from '#drizzle/users.ts';
import { testGateway } from '#testing/test-gateway.ts';
import { complete, granted, sendArchive, sendBlob, sendFile } from '#testing/wire/wire-backup.ts';
import {
  encryptedBlob,
  type ManifestFile,
  manifestBlob,
  plainBlob,
  randomPiece,
  sha256,
  zstdBlob,
} from '#testing/wire/wire-blobs.ts';
import { connectTls, request, requestHead } from '#testing/wire/wire-connection.ts';
import { PUBLIC_ROUTES, ROUTES, STORE_ROUTES } from './rest-routes.ts';

/** The REST calls that clients need (docs/formats/protocol.md), and who may make them. */

const gateway = testGateway({ stores: ['one', 'two'] });
const START = 1_700_000_000;
const FIRST = '2023-11-14T22:13:20Z';
let groups = 0;

afterEach(() => gateway.leaveSound());
afterAll(() => gateway.expectSound({ chunks: true }));

interface Of {
  id: string;
  time: number;
}

function query({ id, time }: Of): Record<string, string> {
  return { 'backup-type': 'host', 'backup-id': id, 'backup-time': String(time) };
}

function groupQuery({ id }: Of): Record<string, string> {
  return { 'backup-type': 'host', 'backup-id': id };
}

/** A snapshot of a group of the test's own, with these files. */
async function made(
  files: (session: never) => Promise<ManifestFile[]> = async () => [],
  more = {},
): Promise<Of> {
  groups += 1;
  const of = { id: `group-${groups}`, time: START };
  const session = await gateway.backup({ ...of, ...more });
  const own = await sendArchive(session, 'root.didx', [randomPiece()]);
  await complete(session, of, [own, ...(await files(session as never))]);
  await session.drop();
  await gateway.idle();
  return of;
}

async function refusal(method: string, path: string, parameters = {}): Promise<string> {
  const { status, text } = await gateway.store(method, path, { query: parameters });
  return `${status} ${text}`;
}

describe('every call', () => {
  test('answers success in one shape, and a refusal with its text alone', async () => {
    const good = await gateway.rest('GET', '/version');
    expect(good.headers['content-type']).toBe('application/json;charset=UTF-8');
    expect(JSON.parse(good.body).data).toMatchObject({ version: expect.stringMatching(/^\d+\.\d+$/) });
    const bad = await gateway.rest('GET', '/nothing');
    expect([bad.status, bad.body]).toEqual([404, "Path '/nothing' not found."]);
    expect(bad.headers['content-type']).toMatch(/^text\/plain/);
    expect((await gateway.rest('GET', '/ping')).body).toBe('{"data":{"pong":true}}');
  });

  test('in the format of a browser always answers 200, with the fields that are wrong', async () => {
    const authorization = { headers: { Authorization: `PBSAPIToken=${gateway.admin}` } };
    const call = (path: string) => request(gateway.port, 'GET', `/api2/extjs${path}`, authorization);
    expect(JSON.parse((await call('/version')).body)).toMatchObject({ success: true, data: {} });
    const wrong = await call('/admin/datastore/one/snapshots?backup-type=qemu');
    expect(wrong.status).toBe(200);
    expect(JSON.parse(wrong.body)).toMatchObject({
      ...{ success: false, status: 400 },
      errors: { 'backup-type': expect.stringContaining('qemu') },
      message: expect.stringContaining("'backup-type'"),
    });
    expect(JSON.parse((await call('/nothing')).body)).toMatchObject({
      success: false,
      status: 404,
      errors: {},
    });
    expect(JSON.parse((await call('/admin/datastore/one/snapshots')).body)).toMatchObject({ success: true });
  });

  test('tells the installation apart from others, and the same at every start', async () => {
    const identity = async () => (await gateway.rest('GET', '/nodes/localhost/identity')).body;
    const first = await identity();
    expect(JSON.parse(first).data['pbs-instance-id']).toMatch(/^[0-9a-f]{64}$/);
    await gateway.stopWorker();
    await gateway.startWorker();
    expect(await identity()).toBe(first);
  });

  test('refuses parameters that it does not know, except a cache breaker', async () => {
    expect(await refusal('GET', '/snapshots', { other: 'x' })).toBe(
      "400 parameter verification failed - 'other': schema does not allow additional properties",
    );
    expect((await gateway.store('GET', '/snapshots', { query: { _dc: '1' } })).status).toBe(200);
  });

  test('refuses them before it does anything, whatever the call is', async () => {
    const routes = [
      ...Object.keys(PUBLIC_ROUTES),
      ...Object.keys(ROUTES),
      ...Object.keys(STORE_ROUTES).map((route) => route.replace(' ', ' /admin/datastore/one')),
    ].filter((route) => !['GET /backup', 'GET /reader'].includes(route));
    for (const route of routes) {
      const [method = '', path = ''] = route.split(' ');
      const { status, body } = await gateway.rest(method, path, { query: { unheard: 'x' } });
      expect(`${route}: ${status} ${body}`).toBe(
        `${route}: 400 parameter verification failed - 'unheard': schema does not allow additional properties`,
      );
    }
  });

  test('takes parameters from the query, a form or JSON', async () => {
    const of = await made();
    const parameters = { ...query(of), notes: 'why? because & so' };
    const put = async (options: object, notes: string) => {
      const { status, text } = await gateway.store('PUT', '/notes', options);
      expect(`${status} ${text}`).toBe('200 {"data":null}');
      expect((await gateway.store('GET', '/notes', { query: query(of) })).data).toBe(notes);
    };
    await put({ query: parameters }, 'why? because & so');
    const form = new URLSearchParams({ ...parameters, notes: 'form' }).toString();
    await put({ body: form, headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }, 'form');
    const json = { headers: { 'Content-Type': 'application/json; charset=utf-8' } };
    await put({ ...json, body: JSON.stringify({ ...parameters, notes: 'json' }) }, 'json');
    // A question mark in a query needs no escaping.
    const raw = Object.entries(query(of)).map(([name, value]) => `${name}=${value}`);
    const path = `/admin/datastore/one/notes?${raw.join('&')}&notes=who?me`;
    expect((await gateway.rest('PUT', path)).status).toBe(200);
    expect((await gateway.store('GET', '/notes', { query: query(of) })).data).toBe('who?me');
  });

  test('with a body that is broken, too large or too deep is refused', async () => {
    const json = { 'Content-Type': 'application/json' };
    const put = (body: string | Buffer, headers = json) =>
      gateway.rest('PUT', '/admin/datastore/one/notes', { body, headers });
    expect((await put('{')).body).toBe('the body of the request is not JSON');
    expect((await put('[]')).body).toMatch(/^parameter verification failed - 'body'/);
    expect((await put(Buffer.alloc(10 * 1024 ** 2, 0x20))).body).toMatch(/^request body too large/);
    const deep = `{"notes":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    expect((await put(deep)).body).toMatch(/^parameter verification failed/);
    expect((await put('{"__proto__":{"notes":"x"},"constructor":1}')).status).toBe(400);
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const repeated = await put('a=&'.repeat(170_000), form as never);
    expect(repeated.body).toMatch(/^parameter verification failed - 'a'/);
  });

  test('with a broken escape in its path is refused, not a defect', async () => {
    expect((await gateway.rest('GET', '/admin/datastore/%ZZ/status')).status).toBe(400);
    expect((await gateway.rest('GET', '/admin/datastore/%00/status')).status).toBe(400);
    expect((await gateway.rest('GET', '/admin/datastore/..%2f..%2fetc/status')).status).toBe(400);
  });

  test('that a client gives up in the middle of the answer leaves nothing open', async () => {
    const large = randomBytes(15 * 1024 ** 2);
    const of = await made(async (session) => [await sendFile(session, 'large.blob', large)]);
    const path = `/api2/json/admin/datastore/one/download?${new URLSearchParams({ ...query(of), 'file-name': 'large.blob' })}`;
    const head = requestHead('GET', path, { Host: 'x', Authorization: `PBSAPIToken=${gateway.admin}` });
    for (let round = 0; round < 5; round += 1) {
      const socket = await connectTls(gateway.port);
      socket.write(head);
      socket.once('data', () => socket.destroy());
      await new Promise((resolve) => socket.once('close', resolve));
    }
  });
});

describe('lists', () => {
  test('show namespaces from a parent down to a depth', async () => {
    const create = (name: string, parent = '') =>
      gateway.store('POST', '/namespace', { query: { name, parent } });
    expect((await create('prod')).data).toBe('prod');
    expect((await create('web', 'prod')).data).toBe('prod/web');
    const list = async (parameters = {}) => {
      const { data } = await gateway.store('GET', '/namespace', { query: parameters });
      return (data as { ns: string }[]).map(({ ns }) => ns);
    };
    expect(await list()).toEqual(['', 'prod', 'prod/web']);
    expect(await list({ parent: 'prod' })).toEqual(['prod', 'prod/web']);
    expect(await list({ 'max-depth': '1' })).toEqual(['', 'prod']);
    expect(await refusal('GET', '/namespace', { parent: 'none' })).toBe('404 namespace not found: none');
    expect((await create('prod')).text).toMatch(/exists/);
    expect(await refusal('POST', '/namespace', { name: 'x', parent: 'none' })).toBe(
      '404 namespace not found: none',
    );
  });

  test('of a namespace that does not exist say so, and tell those who may see nothing of it no more than before', async () => {
    const of = query({ id: 'any', time: START });
    const stranger = await gateway.principal('absent-stranger@ibs', []);
    await gateway.store('POST', '/namespace', { query: { name: 'present' } });
    for (const [path, parameters] of Object.entries({
      '/groups': {},
      '/snapshots': {},
      '/files': of,
      '/notes': of,
      '/protected': of,
      '/download': { ...of, 'file-name': 'a.blob' },
    })) {
      const ask = async (ns: string, credential: string) => {
        const asked = { credential, query: { ...parameters, ns } };
        const { status, text } = await gateway.store('GET', path, asked);
        return `${path} ${status} ${text}`;
      };
      expect(await ask('absent', gateway.admin)).toBe(`${path} 404 namespace not found: absent`);
      expect(await ask('absent', stranger)).toBe(
        (await ask('present', stranger)).replace('one/present', 'one/absent'),
      );
    }
    expect(await refusal('GET', '/groups', { ns: 'present' })).toBe('200 {"data":[]}');
  });

  test('name a single component when a namespace is made: no way around the rights on its parent', async () => {
    for (const name of ['prod/deep', '/x', 'x/', '..', '', 'a'.repeat(33)]) {
      expect(await refusal('POST', '/namespace', { name })).toMatch(
        /^400 parameter verification failed - 'name'/,
      );
    }
  });

  test('a namespace goes empty, or with its groups, and stays whole with a protected snapshot unless the rest is to go', async () => {
    for (const [name, parent] of [
      ['away', ''],
      ['inner', 'away'],
    ] as const) {
      await gateway.store('POST', '/namespace', { query: { name, parent } });
    }
    const place = { ns: 'away/inner' };
    for (const [id, time] of [
      ['a', START],
      ['b', START],
    ] as const)
      await gateway.backUp({ id, time, ...place }, [randomPiece()]);
    const guard = (on: string) =>
      gateway.store('PUT', '/protected', {
        query: { ...query({ id: 'b', time: START }), ...place, protected: on },
      });
    await guard('1');
    const remove = (more = {}) => gateway.store('DELETE', '/namespace', { query: { ns: 'away', ...more } });
    expect((await remove()).text).toMatch(/^away holds 2 snapshots/);
    expect((await remove({ 'delete-groups': '1' })).text).toMatch(/b\/.* is protected/);
    expect((await remove({ 'delete-groups': '1', 'error-on-protected': '0' })).data).toEqual({
      ...{ 'removed-groups': 1, 'removed-snapshots': 1, 'protected-snapshots': 1 },
    });
    await guard('0');
    expect((await remove({ 'delete-groups': '1' })).data).toEqual({
      ...{ 'removed-groups': 1, 'removed-snapshots': 1, 'protected-snapshots': 0 },
    });
    expect(await refusal('DELETE', '/namespace', { ns: 'away' })).toBe('404 namespace not found: away');
    expect(await refusal('DELETE', '/namespace', { ns: '' })).toMatch(/^400 .*root namespace cannot be/);
    await gateway.store('POST', '/namespace', { query: { name: 'away' } });
    expect((await remove()).data).toMatchObject({ 'removed-snapshots': 0 });
  });

  test('show groups with the newest finished snapshot, in the order of every listing', async () => {
    const alice = await gateway.with('lists@ibs', 'Datastore.Backup', 'two');
    for (const [type, id] of [
      ['vm', '100'],
      ['vm', '20'],
      ['vm', 'abc'],
      ['host', 'elsa'],
      ['ct', '7'],
    ] as const) {
      const of = { store: 'two', type, id, credential: alice };
      await gateway.backUp({ ...of, time: START }, [randomPiece()]);
    }
    await gateway.backUp({ store: 'two', type: 'vm', id: '20', time: START + 5, credential: alice }, [
      randomPiece(),
    ]);
    const running = await gateway.backup({
      store: 'two',
      type: 'vm',
      id: '20',
      time: START + 9,
      credential: alice,
    });
    const { data } = await gateway.store('GET', '/groups', { name: 'two' });
    const items = data as Record<string, unknown>[];
    expect(items.map((item) => `${item['backup-type']}/${item['backup-id']}`)).toEqual([
      ...['ct/7', 'host/elsa', 'vm/20', 'vm/100', 'vm/abc'],
    ]);
    expect(items[2]).toEqual({
      ...{ 'backup-type': 'vm', 'backup-id': '20', owner: 'lists@ibs!main' },
      ...{ 'last-backup': START + 5, 'backup-count': 3, files: ['root.pxar.didx', 'index.json.blob'] },
    });
    await running.drop();
  });

  test('show only own groups to those who may only back up', async () => {
    const alice = await gateway.with('own-alice@ibs', 'Datastore.Backup', 'two');
    const bob = await gateway.with('own-bob@ibs', 'Datastore.Backup', 'two');
    await gateway.backUp({ store: 'two', id: 'of-alice', time: START, credential: alice }, [randomPiece()]);
    const ids = async (credential: string, path: string) => {
      const { data } = await gateway.store('GET', path, { name: 'two', credential });
      return (data as Record<string, unknown>[]).map((item) => item['backup-id']);
    };
    for (const path of ['/groups', '/snapshots']) {
      expect(await ids(alice, path)).toEqual(['of-alice']);
      expect(await ids(bob, path)).toEqual([]);
      expect(await ids(gateway.admin, path)).toContain('of-alice');
    }
    const stores = async (credential: string) => {
      const { body } = await gateway.rest('GET', '/admin/datastore', { credential });
      return JSON.parse(body).data.map(({ store }: { store: string }) => store);
    };
    expect(await stores(alice)).toEqual(['two']);
    expect((await stores(gateway.admin)).sort()).toEqual(['one', 'two']);
    expect(await stores(await gateway.principal('none@ibs', []))).toEqual([]);
  });

  test('show a snapshot with everything that is known of it', async () => {
    const of = await made(async (session) => [await sendFile(session, 'a.conf.blob', Buffer.from('x'))]);
    await gateway.store('PUT', '/notes', { query: { ...query(of), notes: 'first line\nsecond' } });
    await gateway.store('PUT', '/protected', { query: { ...query(of), protected: '1' } });
    const { data } = await gateway.store('GET', '/snapshots', { query: groupQuery(of) });
    expect(data).toEqual([
      {
        ...{ 'backup-type': 'host', 'backup-id': of.id, 'backup-time': START, owner: 'admin@ibs!main' },
        files: [
          { filename: 'root.didx', 'crypt-mode': 'none', size: 3000 },
          { filename: 'a.conf.blob', 'crypt-mode': 'none', size: 13 },
          { filename: 'index.json.blob' },
        ],
        ...{ protected: true, comment: 'first line', size: 3013 },
      },
    ]);
    const files = await gateway.store('GET', '/files', { query: query(of) });
    expect(files.data).toEqual((data as { files: unknown }[])[0]?.files);
    expect((await gateway.store('GET', '/protected', { query: query(of) })).data).toBe(true);
    await gateway.store('PUT', '/protected', { query: { ...query(of), protected: 'false' } });
    expect((await gateway.store('GET', '/protected', { query: query(of) })).data).toBe(false);
  });

  test('of a store tell sizes to those who may see them, and counts when they are asked for', async () => {
    await made();
    const { data } = await gateway.store('GET', '/status', { query: { verbose: '1' } });
    expect(data).toMatchObject({
      ...{ total: expect.any(Number), used: expect.any(Number), avail: expect.any(Number) },
      'backend-type': 'filesystem',
      counts: { host: { groups: expect.any(Number), snapshots: expect.any(Number) } },
    });
    expect((data as { total: number }).total).toBeGreaterThan(0);
    expect((await gateway.store('GET', '/status')).data).not.toHaveProperty('counts');
    const inNamespace = await gateway.principal('deep@ibs', [
      { role: 'Datastore.Reader', path: '/datastore/one/prod' },
    ]);
    expect((await gateway.store('GET', '/status', { credential: inNamespace })).data).toMatchObject({
      ...{ total: 0, used: 0, avail: 0 },
    });
  });

  test('of what one may do name each path where something was granted', async () => {
    const credential = await gateway.principal('paths@ibs', [
      { role: 'Datastore.Backup', path: '/datastore/one' },
      { role: 'Datastore.Audit', path: '/datastore/two', propagate: false },
    ]);
    const { body } = await gateway.rest('GET', '/access/permissions', { credential });
    expect(JSON.parse(body).data).toEqual({
      '/': {},
      '/datastore/one': { 'Datastore.Backup': true },
      '/datastore/two': { 'Datastore.Audit': false },
    });
  });

  test('of a hundred thousand snapshots come whole, and others are answered meanwhile', async () => {
    const [row] = await gateway.db
      .select({ datastoreId: datastore.id })
      .from(datastore)
      .where(eq(datastore.name, 'one' as never));
    const insert = sql`insert into snapshot
      (datastore_id, namespace, type, backup_id, time, finished, files, size_bytes, notes)
      select ${row?.datastoreId}, 'huge', 'vm', (n / 100)::text, to_timestamp(${START} + n % 100), true,
        '[{"name":"drive-scsi0.img.fidx","sizeBytes":34359738368,"cryptMode":"none"},
          {"name":"qemu-server.conf.blob","sizeBytes":412,"cryptMode":"none"},{"name":"index.json.blob"}]',
        34359738780, 'nightly' from generate_series(0, 99999) n`;
    await gateway.db.insert(namespace).values({ datastoreId: row?.datastoreId ?? '', path: 'huge' as never });
    await gateway.db.execute(insert);
    await gateway.db.execute(sql`insert into backup_group (datastore_id, namespace, type, backup_id, owner)
      select ${row?.datastoreId}, 'huge', 'vm', n::text, 'admin@ibs!main' from generate_series(0, 999) n`);
    await gateway.db.execute(sql`analyze snapshot`);
    const countOf = async (path: string) => {
      const { data } = await gateway.store('GET', path, { query: { ns: 'huge' } });
      return (data as unknown[]).length;
    };
    let listed = false;
    const list = countOf('/snapshots').finally(() => {
      listed = true;
    });
    expect((await gateway.rest('GET', '/version')).status).toBe(200);
    expect(listed).toBe(false);
    expect(await list).toBe(100_000);
    expect(await countOf('/groups')).toBe(1000);
    await gateway.db.delete(snapshot).where(eq(snapshot.namespace, 'huge' as never));
  });
});

describe('changes', () => {
  test('of notes and protection leave a row in the audit log', async () => {
    const of = await made();
    await gateway.store('PUT', '/notes', { query: { ...query(of), notes: 'x' } });
    await gateway.store('PUT', '/protected', { query: { ...query(of), protected: '1' } });
    await gateway.store('PUT', '/protected', { query: { ...query(of), protected: '0' } });
    const rows = await gateway.db
      .select()
      .from(audit)
      .where(eq(audit.subject, `one:host/${of.id}/${FIRST}`))
      .orderBy(audit.id);
    expect(rows.map(({ action, principal }) => `${action} ${principal}`)).toEqual([
      'snapshot.notes admin@ibs!main',
      'snapshot.protect admin@ibs!main',
      'snapshot.unprotect admin@ibs!main',
    ]);
  });

  test('that are refused leave one as well: a wrong token, a right that is missing, here and when a connection opens', async () => {
    const credential = await gateway.with('watched@ibs', 'Datastore.Audit');
    const [token = ''] = credential.split(':');
    const secret = `${token}:not-the-secret-of-it`;
    for (let time = 0; time < 3; time += 1) await gateway.rest('GET', '/version', { credential: secret });
    await gateway.store('PUT', '/notes', { credential, query: { ...query(await made()), notes: 'x' } });
    await gateway.upgrade('backup', { id: 'web', time: START, credential });
    const rows = await gateway.db.select().from(audit).where(eq(audit.principal, token)).orderBy(audit.id);
    expect(rows.map(({ action, subject, outcome, code }) => [action, subject, outcome, code])).toEqual([
      ['token.use', token, 'refused', 'AUTH_FAILED'],
      ['gateway.request', 'PUT /api2/json/admin/datastore/one/notes', 'refused', 'PRIVILEGE_MISSING'],
      ['gateway.request', 'GET /api2/json/backup', 'refused', 'PRIVILEGE_MISSING'],
    ]);
    expect(rows.map(({ source }) => source)).toEqual(Array(3).fill(expect.stringContaining('127.0.0.1')));
    expect(JSON.stringify(rows)).not.toContain('not-the-secret');
  });

  test('of notes take any text: NUL, markup, lone surrogates, 64 KiB; and refuse more', async () => {
    const of = await made();
    const json = { 'Content-Type': 'application/json' };
    const put = (notes: string) =>
      gateway.rest('PUT', '/admin/datastore/one/notes', {
        headers: json,
        body: JSON.stringify({ ...query(of), 'backup-time': START, notes }),
      });
    for (const notes of [
      'a\0b',
      '<b>&"\'; drop table snapshot; --',
      '\ud800',
      '\u202e',
      '',
      'x'.repeat(65_536),
    ]) {
      expect((await put(notes)).status).toBe(200);
      const { status, data } = await gateway.store('GET', '/notes', { query: query(of) });
      expect(status).toBe(200);
      expect(data).toBe(notes.replaceAll('\0', '\ufffd').replaceAll('\ud800', '\ufffd'));
    }
    expect((await put('x'.repeat(65_537))).status).toBe(400);
  });

  test('forget a snapshot, and its group with the last one', async () => {
    const of = await made();
    await gateway.backUp({ ...of, time: START + 1 }, [randomPiece()]);
    await gateway.store('PUT', '/protected', { query: { ...query(of), protected: '1' } });
    expect(await refusal('DELETE', '/snapshots', query(of))).toMatch(/^400 Snapshot .* is protected/);
    await gateway.store('PUT', '/protected', { query: { ...query(of), protected: '0' } });
    expect((await gateway.store('DELETE', '/snapshots', { query: query(of) })).status).toBe(200);
    expect(gateway.entries(`host/${of.id}`)).toEqual(['2023-11-14T22:13:21Z', 'owner']);
    expect(await refusal('DELETE', '/snapshots', query(of))).toMatch(/^404 There is no snapshot/);
    await gateway.store('DELETE', '/snapshots', { query: query({ ...of, time: START + 1 }) });
    expect(gateway.entries(`host/${of.id}`)).toBe(null);
  });

  test('forget a group but for what is protected', async () => {
    const of = await made();
    await gateway.backUp({ ...of, time: START + 1 }, [randomPiece()]);
    await gateway.store('PUT', '/protected', { query: { ...query(of), protected: '1' } });
    expect(await refusal('DELETE', '/groups', groupQuery(of))).toMatch(/^400 group has 1 protected/);
    expect(gateway.entries(`host/${of.id}`)).toEqual([FIRST, 'owner']);
    await gateway.backUp({ ...of, time: START + 2 }, [randomPiece()]);
    const more = { ...groupQuery(of), 'error-on-protected': 'false' };
    expect((await gateway.store('DELETE', '/groups', { query: more })).data).toEqual({
      ...{ 'removed-groups': 0, 'removed-snapshots': 1, 'protected-snapshots': 1 },
    });
    await gateway.store('PUT', '/protected', { query: { ...query(of), protected: '0' } });
    expect((await gateway.store('DELETE', '/groups', { query: groupQuery(of) })).data).toEqual({
      ...{ 'removed-groups': 1, 'removed-snapshots': 1, 'protected-snapshots': 0 },
    });
    expect(gateway.entries(`host/${of.id}`)).toBe(null);
    expect(await refusal('DELETE', '/groups', groupQuery(of))).toMatch(/^404 /);
    expect((await gateway.store('GET', '/snapshots', { query: groupQuery(of) })).data).toEqual([]);
  });

  test('forget nothing of a group that is being backed up', async () => {
    const of = await made();
    await gateway.backUp({ ...of, time: START + 1 }, [randomPiece()]);
    const running = await gateway.backup({ ...of, time: START + 2 });
    expect(await refusal('DELETE', '/groups', groupQuery(of))).toMatch(
      /^400 Backup group .* is in use: backup of/,
    );
    expect(gateway.entries(`host/${of.id}`)).toHaveLength(4);
    // A single older one may go, the one that the backup builds on may not.
    expect(await refusal('DELETE', '/snapshots', query({ ...of, time: START + 1 }))).toMatch(/is in use/);
    expect((await gateway.store('DELETE', '/snapshots', { query: query(of) })).status).toBe(200);
    await running.drop();
  });

  test('upload the log of a backup once', async () => {
    const of = await made();
    const upload = (body: Buffer, parameters = query(of)) =>
      gateway.rest('POST', `/admin/datastore/one/upload-backup-log?${new URLSearchParams(parameters)}`, {
        body,
        headers: { 'Content-Type': 'application/octet-stream' },
      });
    const log = zstdBlob(Buffer.from('everything went well\n'));
    expect((await upload(randomBytes(50))).body).toMatch(/^log refused: /);
    expect((await upload(Buffer.alloc(17 * 1024 ** 2))).body).toMatch(/^request body too large/);
    expect((await upload(log, query({ ...of, time: START + 9 }))).status).toBe(404);
    expect((await upload(log)).body).toBe('{"data":null}');
    const again = await upload(log);
    expect([again.status, again.body]).toEqual([400, 'backup already contains a log.']);
    const { data } = await gateway.store('GET', '/files', { query: query(of) });
    expect(data).toContainEqual({ filename: 'client.log.blob' });
    const stored = { ...query(of), 'file-name': 'client.log.blob' };
    const { bytes } = await gateway.rest('GET', '/admin/datastore/one/download', { query: stored });
    expect(bytes.equals(log)).toBe(true);
  });
});

describe('downloads', () => {
  test('give a file as it is stored, or what is inside', async () => {
    const secret = encryptedBlob(randomBytes(50));
    const of = await made(async (session) => {
      await granted(sendBlob(session, 'secret.blob', secret));
      return [
        await sendFile(session, 'a.conf.blob', Buffer.from('content')),
        { filename: 'secret.blob', size: secret.length, csum: sha256(secret), 'crypt-mode': 'encrypt' },
      ];
    });
    const get = (path: string, name: string) =>
      gateway.rest('GET', `/admin/datastore/one${path}`, { query: { ...query(of), 'file-name': name } });
    const absent = { ...query({ ...of, time: START + 77 }), 'file-name': 'a.conf.blob' };
    for (const path of ['/download', '/download-decoded']) {
      expect(await refusal('GET', path, absent)).toMatch(
        /^404 snapshot host\/group-\d+\/.* does not exist\.$/,
      );
    }
    const stored = await get('/download', 'a.conf.blob');
    expect(stored.bytes.equals(plainBlob(Buffer.from('content')))).toBe(true);
    expect(stored.headers).toMatchObject({
      'content-length': '19',
      'content-type': 'application/octet-stream',
    });
    expect((await get('/download-decoded', 'a.conf.blob')).body).toBe('content');
    expect((await get('/download-decoded', 'root.didx')).bytes.length).toBe(3000);
    expect((await get('/download', 'secret.blob')).bytes.equals(secret)).toBe(true);
    const refused = await get('/download-decoded', 'secret.blob');
    expect([refused.status, refused.body]).toEqual([400, expect.stringMatching(/encrypted/)]);
    for (const path of ['/download', '/download-decoded']) {
      expect((await get(path, 'other.blob')).status).toBe(404);
      for (const name of ['../owner', '/etc/passwd', '', '.', 'owner', '.protected']) {
        expect((await get(path, name)).body).toMatch(/^parameter verification failed - 'file-name'/);
      }
    }
  });

  test('of a damaged archive break off instead of looking complete', async () => {
    const piece = randomPiece(40_000);
    groups += 1;
    const of = { id: `group-${groups}`, time: START };
    await gateway.backUp(of, [randomPiece(40_000), piece]);
    const path = join(gateway.path(), '.chunks', piece.digest.slice(0, 4), piece.digest);
    const good = fs.readFileSync(path);
    const bad = Buffer.from(good);
    bad.writeUInt8(bad.readUInt8(500) ^ 1, 500);
    fs.writeFileSync(path, bad);
    const get = gateway.rest('GET', '/admin/datastore/one/download-decoded', {
      query: { ...query(of), 'file-name': 'root.pxar.didx' },
    });
    await expect(get).rejects.toThrow('ended without a whole answer');
    await gateway.expectError(new RegExp(`${piece.digest}.*a chunk is damaged`));
    fs.writeFileSync(path, good);
  });
});

describe('the files of a backed-up directory', () => {
  const source = fs.mkdtempSync(join(tmpdir(), 'ibs-rest-'));
  const of = { id: 'tree', time: START };
  beforeAll(async () => {
    fs.mkdirSync(join(source, 'etc/deep'), { recursive: true });
    fs.writeFileSync(join(source, 'etc/hostname'), 'elsa\n');
    fs.writeFileSync(join(source, 'etc/deep/large'), randomBytes(3_000_000));
    const certificate = fs.readFileSync(join(gateway.dataDirectory, 'tls/gateway.crt'), 'utf8');
    await runBackup({
      address: {
        ...{ host: '127.0.0.1', port: gateway.port, credential: gateway.admin },
        trust: { kind: 'authority', certificates: certificate },
      },
      datastore: 'one',
      snapshot: { namespace: '' as never, type: 'host', id: of.id as never, time: of.time },
      sources: parseSources([`root.pxar:${source}`]),
      encode: {},
      events: { progress: () => {}, warning: () => {} },
      signal: new AbortController().signal,
      monotonic: () => performance.now(),
    });
  });
  afterAll(() => fs.rmSync(source, { recursive: true }));
  const base64 = (path: string) => Buffer.from(path).toString('base64');

  test('are browsed from the top of all archives, and from that of one', async () => {
    const list = async (parameters: object) => {
      const { status, data, text } = await gateway.store('GET', '/catalog', {
        query: { ...query(of), ...parameters },
      });
      if (status !== 200) return `${status} ${text}`;
      return (data as { text: string; type: string; leaf: boolean; size?: number }[]).map(
        ({ text, type, leaf, size }) => `${text} ${type} ${leaf}${size === undefined ? '' : ` ${size}`}`,
      );
    };
    expect(await list({ filepath: 'root' })).toEqual(['root.pxar.didx d false']);
    expect(await list({ filepath: base64('root.pxar.didx/etc') })).toEqual([
      'deep d false',
      'hostname f true 5',
    ]);
    const archive = { 'archive-name': 'root.pxar.didx' };
    expect(await list({ filepath: '/', ...archive })).toEqual(['etc d false']);
    expect(await list({ filepath: base64('/etc/'), ...archive })).toEqual([
      'deep d false',
      'hostname f true 5',
    ]);
    expect(await list({ filepath: base64('nothing'), ...archive })).toMatch(/^404 /);
    expect(await list({ filepath: base64('etc/../..'), ...archive })).toMatch(/^40[04] /);
    expect(await list({ filepath: 'not base64!', ...archive })).toMatch(/^400 /);
  });

  test('are downloaded one by one, and directories as zip or tar', async () => {
    const get = (path: string, more = {}) =>
      gateway.rest('GET', '/admin/datastore/one/pxar-file-download', {
        query: { ...query(of), filepath: base64(path), ...more },
      });
    const archive = { 'archive-name': 'root.pxar.didx' };
    expect((await get('etc/hostname', archive)).body).toBe('elsa\n');
    expect((await get('root.pxar.didx/etc/hostname')).body).toBe('elsa\n');
    const large = await get('etc/deep/large', archive);
    expect(large.bytes.equals(fs.readFileSync(join(source, 'etc/deep/large')))).toBe(true);
    expect((await get('etc', archive)).bytes.subarray(0, 2).toString()).toBe('PK');
    const tar = await get('etc', { ...archive, tar: '1' });
    expect(tar.bytes.subarray(257, 262).toString()).toBe('ustar');
    const missing = await get('etc/none', archive);
    expect(`${missing.status} ${missing.body}`).toBe('404 root.pxar.didx has no etc/none.');
    expect((await get('../../etc/passwd', archive)).status).toBe(400);
    expect((await get('x.pxar.didx/../../../etc/passwd')).status).toBe(404);
  });
});

describe('rights', () => {
  interface Call {
    /** Any of these: on all groups. */
    full: Privilege[];
    /** This one: on own groups. */
    own?: Privilege;
    parameters?: Record<string, string>;
    /** Names a group, whose owner then counts. */
    on?: 'group' | 'snapshot';
    /** Everyone who is signed in. */
    anyone?: true;
  }
  const content = PRIVILEGES.filter((each) => each.startsWith('Datastore.') && each !== 'Datastore.Allocate');
  const read: Pick<Call, 'full' | 'own' | 'on'> = {
    full: ['Datastore.Read'],
    own: 'Datastore.Backup',
    on: 'snapshot',
  };
  const change: Pick<Call, 'full' | 'own' | 'on'> = {
    ...{ full: ['Datastore.Modify'], own: 'Datastore.Backup', on: 'snapshot' },
  };
  const look: Pick<Call, 'full' | 'own' | 'on'> = {
    ...{ full: ['Datastore.Audit'], own: 'Datastore.Backup', on: 'snapshot' },
  };
  /** By method and path; a route that is missing here fails the test. */
  const CALLS: Record<string, Call> = {
    'GET /version': { full: [], anyone: true },
    'GET /access/permissions': { full: [], anyone: true },
    'GET /admin/datastore': { full: [], anyone: true },
    'GET /nodes/localhost/identity': { full: [], anyone: true },
    'GET /status/datastore-usage': { full: [], anyone: true },
    'GET /backup': { full: ['Datastore.Backup'], parameters: { store: 'one' }, on: 'snapshot' },
    'GET /status': { full: content },
    'GET /namespace': { full: content },
    'POST /namespace': { full: ['Datastore.Modify'], parameters: { name: 'x', parent: 'absent' } },
    'DELETE /namespace': { full: ['Datastore.Modify'], parameters: { ns: 'absent' } },
    'GET /groups': { full: ['Datastore.Audit', 'Datastore.Backup'] },
    'DELETE /groups': { full: ['Datastore.Modify'], own: 'Datastore.Prune', on: 'group' },
    'GET /snapshots': { full: ['Datastore.Audit', 'Datastore.Backup'] },
    'DELETE /snapshots': { full: ['Datastore.Modify'], own: 'Datastore.Prune', on: 'snapshot' },
    'GET /files': { full: ['Datastore.Audit', 'Datastore.Read'], own: 'Datastore.Backup', on: 'snapshot' },
    'GET /notes': look,
    'PUT /notes': { ...change, parameters: { notes: 'x' } },
    'GET /protected': look,
    'PUT /protected': { ...change, parameters: { protected: '1' } },
    'GET /download': { ...read, parameters: { 'file-name': 'a.blob' } },
    'GET /download-decoded': { ...read, parameters: { 'file-name': 'a.blob' } },
    'GET /catalog': { ...read, parameters: { filepath: '/' } },
    'GET /pxar-file-download': { ...read, parameters: { filepath: '/' } },
    'POST /upload-backup-log': change,
  };
  /** A refusal of the reader is 400, as its clients expect. */
  const OTHERWISE = ['GET /reader'];

  test('of every route are in the table', () => {
    const routes = [...Object.keys(ROUTES), ...Object.keys(STORE_ROUTES)];
    expect(routes.sort()).toEqual([...Object.keys(CALLS), ...OTHERWISE].sort());
    expect(Object.keys(PUBLIC_ROUTES).sort()).toEqual(['GET /ping', 'POST /access/ticket']);
  });

  test('are asked for each call: without a credential, without a role, with each role, as owner or not', async () => {
    const groupOf = { mine: 'rights-own', other: 'rights-other' };
    const principals: { role: string; held: readonly Privilege[]; credential: string }[] = [
      { role: 'none', held: [], credential: await gateway.principal('role-none@ibs', []) },
    ];
    for (const role of ROLE_NAMES) {
      const credential = await gateway.with(`role-${role.toLowerCase()}@ibs`, role);
      principals.push({ role, held: privilegesOfRole(role), credential });
    }
    await gateway.backUp({ id: groupOf.other, time: START }, [randomPiece()]);
    let tried = 0;
    for (const [route, call] of Object.entries(CALLS)) {
      const [method = '', path = ''] = route.split(' ');
      const at = route in ROUTES ? path : `/admin/datastore/one${path}`;
      // A group that is there, and a snapshot of it that is not: nothing is ever changed by asking.
      const subject = (id: string) => ({
        ...(call.on === undefined ? {} : { 'backup-type': 'host', 'backup-id': id }),
        ...(call.on === 'snapshot' ? { 'backup-time': String(START + 99) } : {}),
        ...call.parameters,
      });
      const ask = async (credential: string, id: string) => {
        const { status, body } = await gateway.rest(method, at, { credential, query: subject(id) });
        if (status === 401) return 'nobody';
        if (status === 403) return 'missing';
        return body.startsWith('backup owner check failed') ? 'foreign' : 'granted';
      };
      expect(`${route} ${await ask('role-none@ibs!main:wrong', groupOf.other)}`).toBe(`${route} nobody`);
      for (const { role, held, credential } of principals) {
        const has = (privilege: Privilege | undefined) => privilege !== undefined && held.includes(privilege);
        const expected =
          call.anyone || call.full.some(has) ? 'granted' : has(call.own) ? 'foreign' : 'missing';
        const id = call.on === 'group' && expected === 'granted' ? 'rights-absent' : groupOf.other;
        expect(`${route} ${role} ${await ask(credential, id)}`).toBe(`${route} ${role} ${expected}`);
        tried += 1;
      }
    }
    expect(tried).toBe(Object.keys(CALLS).length * (ROLE_NAMES.length + 1));
    expect(PRIVILEGES.length).toBeGreaterThan(0);
  });

  test('on own groups are those of the token that made them and of its user, not of other tokens', async () => {
    const alice = await gateway.with('rights-alice@ibs', 'Datastore.PowerUser');
    await gateway.backUp({ id: 'rights-alice', time: START, credential: alice }, [randomPiece()]);
    const of = { id: 'rights-alice', time: START };
    const secret = await putToken(gateway.db, 'rights-alice@ibs!other', 'x', '');
    const grant = { path: '/datastore/one' as const, role: 'Datastore.PowerUser' as const, createdBy: 'x' };
    await gateway.db.insert(acl).values({ ...grant, principal: 'rights-alice@ibs!other' as never });
    const other = `rights-alice@ibs!other:${secret}`;
    const notes = (credential: string) => gateway.store('GET', '/notes', { query: query(of), credential });
    expect((await notes(alice)).status).toBe(200);
    expect((await notes(other)).text).toMatch(/^backup owner check failed \(rights-alice@ibs!other != /);
    expect(
      (await gateway.store('DELETE', '/snapshots', { query: query(of), credential: alice })).status,
    ).toBe(200);
  });

  test('end with the rights of the user, however much its token was given', async () => {
    const credential = await gateway.principal('narrow@ibs', []);
    await gateway.db.insert(acl).values({
      ...{ path: '/', role: 'Administrator', createdBy: 'x', principal: 'narrow@ibs!main' as never },
    });
    expect((await gateway.store('GET', '/snapshots', { credential })).status).toBe(403);
  });

  test('on one namespace give nothing on its sibling, nor on another datastore', async () => {
    await gateway.store('POST', '/namespace', { query: { name: 'left' } });
    await gateway.store('POST', '/namespace', { query: { name: 'right' } });
    const credential = await gateway.principal('left@ibs', [
      { role: 'Datastore.Admin', path: '/datastore/one/left' },
    ]);
    const list = async (ns: string, name = 'one') =>
      (await gateway.store('GET', '/snapshots', { credential, name, query: { ns } })).status;
    expect(await list('left')).toBe(200);
    expect(await list('right')).toBe(403);
    expect(await list('')).toBe(403);
    expect(await list('left', 'two')).toBe(403);
    const { data } = await gateway.store('GET', '/namespace', { credential });
    expect(data).toEqual([{ ns: 'left' }]);
  });

  test('missing on a datastore do not tell whether it exists', async () => {
    const credential = await gateway.principal('curious@ibs', []);
    for (const path of ['/status', '/namespace', '/groups', '/snapshots']) {
      const there = await gateway.store('GET', path, { credential });
      const absent = await gateway.store('GET', path, { credential, name: 'absent' });
      expect(there.status).toBe(403);
      if (path === '/namespace') expect(there.text).toContain(`missing ${content.join('|')} on `);
      expect(absent.text).toBe(there.text.replace('/datastore/one', '/datastore/absent'));
    }
  });
});

test('a manifest with notes that no database can keep does not keep the datastore from being listed', async () => {
  groups += 1;
  const of = { id: `group-${groups}`, time: START };
  const session = await gateway.backup(of);
  const file = await sendFile(session, 'a.blob', Buffer.from('a'));
  const more = {
    unprotected: { notes: 'a\0b\ud800', 'key-fingerprint': '\0', chunk_upload_stats: { x: 1e300 } },
  };
  await granted(sendBlob(session, 'index.json.blob', manifestBlob({ ...of, files: [file], more })));
  await granted(session.call('POST', '/finish'));
  await session.drop();
  const { data } = await gateway.store('GET', '/snapshots', { query: groupQuery(of) });
  expect(data).toMatchObject([{ comment: 'a\ufffdb\ufffd' }]);
});
