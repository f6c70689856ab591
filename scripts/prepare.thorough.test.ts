import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { expect, inject, onTestFinished, test } from 'vitest';

const TOP = join(import.meta.dirname, '..');

test('an empty database and directory become ready for console and worker, as often as asked', async () => {
  const url = await emptyDatabase();
  const directory = mkdtempSync(join(tmpdir(), 'ibs-prepare-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const first = prepare({ DATABASE_URL: url, IBS_DATA_DIR: directory, IBS_HOST: '0.0.0.0' });
  expect(first.stdout).toMatch(/^Setup token, once, for the first administrator: [0-9a-f]{32}\n$/);
  const token = readFileSync(join(directory, 'cli.token'), 'utf8');
  expect(token).toMatch(/^local@system!cli:\S+\n$/);
  expect(statSync(join(directory, 'secret.key')).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(join(directory, 'endpoint.json'), 'utf8'))).toEqual({
    console: 'http://127.0.0.1:3000',
    gateway: '127.0.0.1:8007',
  });
  expect(prepare({ DATABASE_URL: url, IBS_DATA_DIR: directory }).status).toBe(0);
  expect(readFileSync(join(directory, 'cli.token'), 'utf8')).toBe(token);
});

test('without a database it says what to set', () => {
  const { status, stderr } = prepare({ DATABASE_URL: '' });
  expect(status).toBe(1);
  expect(stderr).toBe('Cannot prepare: Set DATABASE_URL to a PostgreSQL 15 or newer.\n');
});

function prepare(environment: Record<string, string>) {
  return spawnSync(process.execPath, [join(TOP, 'scripts/prepare.ts')], {
    cwd: TOP,
    encoding: 'utf8',
    env: { ...process.env, IBS_WEB_PORT: '', IBS_GATEWAY_PORT: '', ...environment },
  });
}

async function emptyDatabase(): Promise<string> {
  const { adminUrl } = inject('postgres');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await administer(adminUrl, `CREATE DATABASE ${name}`);
  onTestFinished(() => administer(adminUrl, `DROP DATABASE ${name} WITH (FORCE)`));
  return adminUrl.replace(/\/ibs$/, `/${name}`);
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
