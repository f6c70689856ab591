import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { procedures } from '#server/trpc/procedures.ts';
import { isRest } from '#server/trpc/serve-rest.ts';
import { type RunningServer, startServer } from './running-server.ts';

/** The examples of docs/api.md and docs/api-automation.md, run as they stand on the page against a real server. */

const TOP = join(import.meta.dirname, '..');
const page = readFileSync(join(TOP, 'docs/api.md'), 'utf8');
const automation = readFileSync(join(TOP, 'docs/api-automation.md'), 'utf8');
const hasCurl = spawnSync('curl', ['--version']).status === 0;

let server: RunningServer;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

test.skipIf(!hasCurl)('the example with curl asks, filters and changes (needs curl)', async () => {
  const { status, output } = await run('bash', ['-euo', 'pipefail', '-c', example('curl')]);
  expect(output).toContain('"fingerprint":');
  expect(output).toContain('"tasks":[]');
  expect(output.match(/"result":/g)).toHaveLength(3);
  expect(status).toBe(0);
});

test('the example in TypeScript asks, and reads the code of a failure', async () => {
  const { status, output } = await runProgram(example('typescript'));
  expect(output).toMatch(/^DATASTORE_NOT_FOUND .*nowhere/m);
  expect(status).toBe(0);
});

test.skipIf(!hasCurl)(
  'plain HTTP asks, makes a change once, and is refused in words (needs curl)',
  async () => {
    const { status, output } = await run('bash', ['-euo', 'pipefail', '-c', example('curl', automation)]);
    expect(output).toContain('"tasks":[]');
    const shown = /```json\n([\s\S]*?)```/.exec(automation)?.[1] ?? '';
    const problem = /\{"type":"urn.*\}/.exec(output)?.[0] ?? '{}';
    expect({ ...JSON.parse(problem), requestId: '1b2c3d4e' }).toEqual(JSON.parse(shown));
    expect(status).toBe(0);
  },
);

/** A change over plain HTTP; status, answer, and whether it is one of before. */
async function change(path: string, body: object, headers: Record<string, string> = {}) {
  const answer = await fetch(`${server.console}/api/v1/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  const isReplayed = answer.headers.get('idempotency-replayed') === 'true';
  return { status: answer.status, answer: text === '' ? null : JSON.parse(text), isReplayed };
}

test('a change with a key is made once, and its answer told again; another one with that key is refused', async () => {
  const key = { 'idempotency-key': 'one-of-a-kind' };
  const made = await change('token/create', { name: 'kept', expiresAt: '2099-01-01T00:00:00Z' }, key);
  expect(made).toMatchObject({ status: 200, answer: { secret: expect.any(String) }, isReplayed: false });
  const again = await change('token/create', { name: 'kept', expiresAt: '2099-01-01T00:00:00Z' }, key);
  expect(again).toEqual({ ...made, isReplayed: true });
  const other = await change('token/create', { name: 'other' }, key);
  expect(other).toMatchObject({ status: 409, answer: { code: 'IDEMPOTENCY_KEY_REUSED' } });
  const twice = await Promise.all(
    [1, 2, 3].map(() => change('token/create', { name: 'racing' }, { 'idempotency-key': 'race' })),
  );
  const codes = twice.map(({ status, answer }) => (status === 200 ? 'made' : answer.code));
  expect(codes.filter((code) => code !== 'made' && code !== 'IDEMPOTENCY_IN_PROGRESS')).toEqual([]);
  const secrets = twice.filter(({ status }) => status === 200).map(({ answer }) => answer.secret);
  expect(new Set(secrets).size).toBe(1);
  // A refusal lets go of the key: nothing was changed by it.
  const refused = { 'idempotency-key': 'refused-first' };
  expect((await change('token/create', { name: 'kept' }, refused)).answer.code).toBe('TOKEN_EXISTS');
  expect((await change('token/create', { name: 'kept-2' }, refused)).status).toBe(200);
});

test.each([
  ['POST', 'user/remove', { user: 'carol@ibs', dryrun: true }, 'INPUT_INVALID', 'dryrun'],
  ['POST', 'token/create', { name: 'late', expiresAt: 'tomorrow' }, 'INPUT_INVALID', 'expiresAt'],
  ['POST', 'token/create', [], 'INPUT_INVALID', undefined],
  ['POST', 'user/create', { user: 'no name', password: 'short' }, 'NAME_INVALID', 'user'],
  ['POST', 'task/list', {}, 'PROCEDURE_NOT_FOUND', undefined],
  ['GET', 'user/create', null, 'PROCEDURE_NOT_FOUND', undefined],
  ['GET', 'setup/status', null, 'PROCEDURE_NOT_FOUND', undefined],
  ['GET', 'constructor/name', null, 'PROCEDURE_NOT_FOUND', undefined],
  ['GET', 'task/list?limit=many', null, 'INPUT_INVALID', 'limit'],
  ['GET', 'task/list?limit=1&limit=2', null, 'INPUT_INVALID', 'limit'],
  ['GET', 'task/list?state=failed', null, 'INPUT_INVALID', 'state'],
])('%s %s with %o is refused with its code', async (method, path, body, code, field) => {
  const answer = await fetch(`${server.console}/api/v1/${path}`, {
    method,
    headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  const problem = (await answer.json()) as Record<string, unknown>;
  expect(problem).toMatchObject({ code, status: answer.status, type: `urn:ironcore-backup:error:${code}` });
  expect(problem.field).toBe(field);
});

test('without a token plain HTTP tells nothing, also not to a browser with a session', async () => {
  const senders: Record<string, string>[] = [
    {},
    { cookie: 'better-auth.session_token=x' },
    { authorization: 'Bearer a@ibs!bcd:x' },
  ];
  for (const headers of senders) {
    const answer = await fetch(`${server.console}/api/v1/system/about`, { headers });
    expect(await answer.json()).toMatchObject({ code: 'AUTH_REQUIRED', status: 401 });
  }
});

test('the description names every procedure but streams and the setup', async () => {
  const answer = await fetch(`${server.console}/api/openapi.json`);
  const { openapi, paths } = (await answer.json()) as { openapi: string; paths: Record<string, object> };
  expect(openapi).toBe('3.1.0');
  const described = Object.entries(paths).map(([path, methods]) => `${Object.keys(methods)[0]} ${path}`);
  const known = [...procedures().values()].filter(isRest);
  const listed = known.map(
    ({ path, type }) => `${type === 'query' ? 'get' : 'post'} /${path.replace('.', '/')}`,
  );
  expect(described.sort()).toEqual(listed.sort());
});

test('a failure looks as the page shows it', async () => {
  const input = encodeURIComponent(JSON.stringify({ json: { name: 'nowhere' } }));
  const answer = await fetch(`${server.console}/api/trpc/datastore.get?input=${input}`, {
    headers: { authorization: `Bearer ${server.token}` },
  });
  const shown = JSON.parse(/```json\n([\s\S]*?)```/.exec(page)?.[1] ?? '');
  const got = (await answer.json()) as typeof shown;
  expect(answer.status).toBe(shown.error.json.data.httpStatus);
  got.error.json.data.ibs.requestId = shown.error.json.data.ibs.requestId;
  expect(got).toMatchObject(shown);
});

test('the program that says what must be there leaves the same state when it runs again', {
  timeout: 120_000,
}, async () => {
  // On a disk: a datastore in memory is refused.
  const directory = mkdtempSync(join(tmpdir(), 'ibs-api-'));
  onTestFinished(() => spawn('rm', ['-rf', directory], { detached: true, stdio: 'ignore' }).unref());
  const place = { IBS_PLACE: join(directory, 'team') };
  const first = await runProgram(example('provision', automation), place);
  expect(first.status, first.output).toBe(0);
  expect(JSON.parse(first.output)).toMatchObject({
    datastores: [{ name: 'ibs-team', status: 'online' }],
    namespaces: ['', 'production', 'production/web', 'security'],
    tokens: expect.arrayContaining(['security-team@ibs!backup', 'web-team@ibs!backup']),
  });
  expect(await runProgram(example('provision', automation), place)).toEqual(first);
});

function example(name: string, on = page): string {
  const code = new RegExp(`<!-- example: ${name} -->\\s+\`\`\`\\w+\\n([\\s\\S]*?)\`\`\``).exec(on)?.[1];
  if (!code) throw new Error(`The page has no example with ${name}.`);
  return code;
}

async function runProgram(code: string, more: Record<string, string> = {}) {
  // Inside of the checkout, so that it finds the packages.
  mkdirSync(join(TOP, '.test-data'), { recursive: true });
  const directory = mkdtempSync(join(TOP, '.test-data/api-doc-'));
  try {
    const file = join(directory, 'example.ts');
    writeFileSync(file, code);
    return await run(process.execPath, [file], more);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function run(
  program: string,
  words: string[],
  more: Record<string, string> = {},
): Promise<{ status: number | null; output: string }> {
  const environment = { ...process.env, IBS_SERVER: server.console, IBS_TOKEN: server.token, ...more };
  const child = spawn(program, words, { cwd: TOP, env: environment });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part: Buffer) => {
      output += part.toString('utf8');
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, output }));
  });
}
