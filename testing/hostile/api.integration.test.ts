import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ERROR_CODES } from '#domain/errors.ts';
import type { DatastoreName } from '#domain/ids.ts';
import { connect, type DatabaseHandle } from '#drizzle/client.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { type RunningServer, startServer } from '../running-server.ts';
import { some } from '../thoroughly.ts';
import { type Place, type Procedure, places, plausible, procedures, withValue } from './inputs.ts';
import { HOSTILE_NAMES, HOSTILE_TEXTS } from './names.ts';

/**
 * Every procedure of the API with every value that could do harm, over HTTP as an administrator: it is refused in words
 * that name the field, or it is text that comes back as it went in. Nothing fails inside.
 */

const SECRETS = new Set(['password', 'current', 'next', 'setupToken']);
/** Fields that people write what they like into; all others name something. */
const FREE = new Set([
  ...['comment', 'reason', 'message', 'notes', 'siteName', 'search', 'sameFilesystemReason'],
  ...SECRETS,
  // Filters: what matches nothing is an empty list; and what is no root cannot be taken away.
  ...['owner', 'createdBy', 'allowedRootsRemove', 'by', 'action', 'subject'],
]);
/** What the others hold when they are not the one in question. */
const WORDS = {
  ...{ name: 'main', datastore: 'main', namespace: '', parent: '', type: 'host', types: 'host', id: 'web-1' },
  ...{ user: 'nobody@ibs', principal: 'nobody@ibs', owner: 'nobody@ibs', createdBy: 'nobody@ibs' },
  ...{ tokenName: 'tool', archive: 'root.pxar.didx', path: '/datastore/main', timeZone: 'Europe/Berlin' },
  ...{
    allowedRoots: '/srv',
    allowedRootsAdd: '/srv',
    allowedRootsRemove: '/opt',
    reason: 'Nothing in it is needed.',
    sameFilesystemReason: 'Nothing in it is needed.',
    gatewayAddress: 'ibs.example:8007',
    ...{ day: '2026-05-02', code: 'STORAGE_FULL', schedule: 'daily', window: '22-6' },
    expect: 'f'.repeat(64),
  },
  ...{ password: 'long enough words', current: 'long enough words', next: 'long enough words' },
};
/** Thousands of requests, where all of the lists is tried. */
vi.setConfig({ testTimeout: 300_000 });

/** A stream does not end by itself, and tests of its own look at it. */
const WALKED = procedures().filter(({ type }) => type !== 'subscription');
const PARALLEL = 8;

let server: RunningServer;
let database: DatabaseHandle;

beforeAll(async () => {
  server = await startServer();
  database = connect(server.databaseUrl, { max: 1, applicationName: 'test' });
  await database.db.insert(datastore).values({
    ...{ id: randomUUID(), name: 'main' as DatastoreName, kind: 'local', syncLevel: 'filesystem' },
    config: { kind: 'local', path: '/nonexistent/main', mount: null },
    ...{ identity: randomUUID(), phase: 'ready', createdBy: 'local@system' },
  });
});
afterAll(async () => {
  await database?.close();
  await server?.stop();
});

interface Answer {
  status: number;
  code: string | null;
  message: string;
  /** All fields that are named as wrong. */
  fields: string[];
  value: unknown;
}

function ask({ path, type }: Procedure, input: unknown): Promise<Answer> {
  return send(
    path,
    type === 'query' ? 'GET' : 'POST',
    input === undefined ? '' : JSON.stringify({ json: input }),
  );
}

async function send(path: string, method: 'GET' | 'POST', body: string): Promise<Answer> {
  const query = method === 'GET' && body !== '' ? `?input=${encodeURIComponent(body.toWellFormed())}` : '';
  const answer = await fetch(`${server.console}/api/trpc/${path}${query}`, {
    method,
    headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
    ...(method === 'POST' ? { body } : {}),
  });
  return read(answer.status, await answer.text());
}

function read(status: number, text: string): Answer {
  const { error, result, ...own } = JSON.parse(text);
  const { ibs } = error?.json.data ?? { ibs: own.code ? own : null };
  const named = [ibs?.field, ...(ibs?.fields ?? []).map((one: { field: string }) => one.field)];
  const message = error?.json.message ?? own.message ?? '';
  return {
    status,
    code: ibs?.code ?? null,
    message,
    fields: named.filter(Boolean),
    value: result?.data?.json,
  };
}

/** Null for a refusal that a program can act on; else what was answered. */
function otherThanRefused({ status, code, message }: Answer): string | null {
  const isRefused = status >= 400 && status < 500 && code !== null && code in ERROR_CODES && message !== '';
  return isRefused && !message.startsWith('[') ? null : `${status} ${code} ${message}`;
}

async function inParallel<T>(
  items: readonly T[],
  work: (item: T, at: number) => Promise<void>,
): Promise<void> {
  const queue = [...items.entries()];
  const lane = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await work(next[1], next[0]);
  };
  await Promise.all(Array.from({ length: PARALLEL }, lane));
}

/** Each procedure with one place of its input at a time. */
function attacks(isWanted: (place: Place, type: string | undefined) => boolean) {
  return WALKED.flatMap((procedure) => {
    const { schema } = procedure;
    if (schema === null) return [];
    const input = plausible(schema, WORDS);
    return places(schema)
      .filter(({ place, schema: { type } }) => isWanted(place, type))
      .map(({ place }) => ({ procedure, input, place, what: `${procedure.path} ${place.join('.')}` }));
  });
}

const nameOf = (place: Place) => place.findLast((key) => !/^\d+$/.test(key)) ?? '';
const names = attacks((place, type) => (type === 'string' || type === undefined) && !FREE.has(nameOf(place)));
const texts = attacks((place, type) => type === 'string' && FREE.has(nameOf(place)));

/** Names that are none elsewhere and mean something here. */
function isMeant(place: Place, name: string): boolean {
  const field = nameOf(place);
  if (name === '' && ['namespace', 'parent', 'path', 'text'].includes(field)) return true;
  if (field === 'gatewayAddress') return /^\w*$/.test(name.trim());
  return name === '/abs' && ['path', 'allowedRoots', 'allowedRootsAdd'].includes(field);
}

test('procedures of both kinds are found', () => {
  expect(names.length).toBeGreaterThan(50);
  expect(texts.length).toBeGreaterThan(8);
});

test('names that could mean something elsewhere are refused, and the field is named', async () => {
  const wrong: string[] = [];
  await inParallel(names, async ({ procedure, input, place, what }, turn) => {
    for (const name of some(HOSTILE_NAMES, turn).filter((each) => !isMeant(place, each))) {
      const answer = await ask(procedure, withValue(input, place, name));
      const isNamed = answer.fields.includes(place.join('.')) || answer.code?.endsWith('_NOT_FOUND');
      const said = otherThanRefused(answer) ?? (isNamed ? null : `names ${answer.fields}`);
      if (said !== null) wrong.push(`${what} = ${JSON.stringify(name)}: ${said}`);
    }
  });
  expect(wrong).toEqual([]);
});

test('text is taken or refused, and never fails inside', async () => {
  const wrong: string[] = [];
  await inParallel(texts, async ({ procedure, input, place, what }, turn) => {
    // A query stands in the address, which has an end before that; to hash a password takes its time.
    const isSlow = Object.keys(input as object).some((field) => SECRETS.has(field));
    const all = isSlow ? HOSTILE_TEXTS.slice(-5) : [...HOSTILE_NAMES, ...HOSTILE_TEXTS];
    const sent = procedure.type === 'query' ? all.filter((text) => text.length < 1000) : all;
    for (const text of some(sent, turn)) {
      const answer = await ask(procedure, withValue(input, place, text));
      const said = answer.status === 200 ? null : otherThanRefused(answer);
      if (said !== null) wrong.push(`${what} = ${JSON.stringify(text.slice(0, 40))}: ${said}`);
    }
  });
  expect(wrong).toEqual([]);
});

test('text comes back as it went in, and nothing in it is done', async () => {
  const update = procedureOf('datastore.update');
  for (const comment of HOSTILE_TEXTS.filter((text) => text.length < 200)) {
    expect(await ask(update, { name: 'main', comment })).toMatchObject({ status: 200 });
    const { value } = await ask(procedureOf('datastore.get'), { name: 'main' });
    expect(value).toMatchObject({ comment });
  }
  const { value } = await ask(procedureOf('datastore.list'), undefined);
  expect(value).toMatchObject([{ name: 'main' }]);
});

test('values of another type are refused', async () => {
  const wrong: string[] = [];
  const all = attacks(() => true);
  const values: readonly unknown[] = [{}, [], [[]], -1, 1.5, 2 ** 63, { length: 3 }, { toString: 'x' }];
  await inParallel(all, async ({ procedure, input, place, what }, turn) => {
    for (const value of some(values, turn)) {
      const answer = await ask(procedure, withValue(input, place, value));
      const said = answer.status === 200 ? null : otherThanRefused(answer);
      if (said !== null) wrong.push(`${what} = ${JSON.stringify(value)}: ${said}`);
    }
  });
  expect(wrong).toEqual([]);
});

describe('a request that is no input at all', () => {
  const nested = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth);
  const BODIES: [what: string, body: string][] = [
    ['nothing', ''],
    ['no JSON', '{"json":'],
    ['a number', '1'],
    ['null', 'null'],
    ['a list', '[]'],
    ['without the envelope', '{"name":"main"}'],
    ['deep lists', `{"json":${nested(10_000, '[', ']')}}`],
    ['deep objects', `{"json":{"name":${nested(10_000, '{"a":', '}').replace(':}', ':1}')}}}`],
    ['a prototype', '{"json":{"__proto__":{"name":"main"},"constructor":{"prototype":{"name":"main"}}}}'],
    [
      'metadata that leads nowhere',
      '{"json":{"name":"main"},"meta":{"values":{"a.b.c":["Date"],"__proto__.x":["map"]}}}',
    ],
    ['metadata of another kind', '{"json":{"name":"main"},"meta":{"values":[[["custom","x"]]]}}'],
    ['bytes that are no text', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]).toString('latin1')],
  ];

  test.each(BODIES)('%s', async (_what, body) => {
    for (const path of [
      'datastore.probe',
      'snapshot.forget',
      'settings.update',
      'no.such',
      '__proto__',
      'constructor',
    ]) {
      const answer = await send(path, 'POST', body);
      if (path === 'settings.update' && answer.status === 200) continue; // nothing was set
      expect(otherThanRefused(answer), path).toBeNull();
    }
  });

  test('10 MiB, announced or not', async () => {
    const body = JSON.stringify({ json: { name: 'x'.repeat(10 * 1024 * 1024) } });
    expect(await send('datastore.probe', 'POST', body)).toMatchObject({
      status: 413,
      code: 'INPUT_TOO_LARGE',
    });
    expect(await sendInPieces('datastore.probe', body)).toMatchObject({
      status: 413,
      code: 'INPUT_TOO_LARGE',
    });
  });

  test('the server is as it was', async () => {
    expect(await ask(procedureOf('datastore.get'), { name: 'main' })).toMatchObject({ status: 200 });
    expect(({} as Record<string, unknown>).name).toBeUndefined();
  });
});

function procedureOf(path: string): Procedure {
  const found = WALKED.find((each) => each.path === path);
  if (!found) throw new Error(`There is no procedure ${path}.`);
  return found;
}

/** Without a length in front. */
async function sendInPieces(path: string, body: string): Promise<Answer> {
  const answer = await fetch(`${server.console}/api/trpc/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
    body: new Blob([body]).stream(),
    duplex: 'half',
  } as RequestInit);
  return read(answer.status, await answer.text());
}
