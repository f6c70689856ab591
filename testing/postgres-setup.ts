import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { migrateDatabase } from '#drizzle/migrate.ts';
import { openQueue } from '#drizzle/queue.ts';
import { startPostgres } from '#scripts/up/postgres.ts';
import { roomyDirectory } from './roomy-directory.ts';

/** One real PostgreSQL for a whole run; each test file makes its own database from a migrated template. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = roomyDirectory('ibs-postgres');
  chmodSync(directory, 0o711);
  const server = await startPostgres({
    directory: join(directory, 'data'),
    passwordFile: join(directory, 'password'),
    fast: true,
  });
  const template = await makeTemplate(server.url);
  project.provide('postgres', { adminUrl: server.url, template });
  return async () => {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  };
}

async function makeTemplate(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('CREATE DATABASE template_ibs');
  await client.end();
  const templateUrl = url.replace(/\/ibs$/, '/template_ibs');
  await migrateDatabase(templateUrl);
  const queue = await openQueue({ url: templateUrl, supervise: false, onError: () => {} });
  await queue.stop({ timeoutMs: 1000 });
  return 'template_ibs';
}

declare module 'vitest' {
  interface ProvidedContext {
    postgres: { adminUrl: string; template: string };
  }
}
