import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningServer, startServer } from './running-server.ts';

/** The examples of docs/api.md, run as they stand on the page against a real server. */

const TOP = join(import.meta.dirname, '..');
const page = readFileSync(join(TOP, 'docs/api.md'), 'utf8');
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
  // Inside of the checkout, so that it finds the packages.
  mkdirSync(join(TOP, '.test-data'), { recursive: true });
  const directory = mkdtempSync(join(TOP, '.test-data/api-doc-'));
  try {
    const file = join(directory, 'example.ts');
    writeFileSync(file, example('typescript'));
    const { status, output } = await run(process.execPath, [file]);
    expect(output).toMatch(/^DATASTORE_NOT_FOUND .*nowhere/m);
    expect(status).toBe(0);
  } finally {
    rmSync(directory, { recursive: true });
  }
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

function example(name: string): string {
  const code = new RegExp(`<!-- example: ${name} -->\\s+\`\`\`\\w+\\n([\\s\\S]*?)\`\`\``).exec(page)?.[1];
  if (!code) throw new Error(`docs/api.md has no example with ${name}.`);
  return code;
}

function run(program: string, words: string[]): Promise<{ status: number | null; output: string }> {
  const environment = { ...process.env, IBS_SERVER: server.console, IBS_TOKEN: server.token };
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
