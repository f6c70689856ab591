import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject, onTestFinished } from 'vitest';
import { connect, type DatabaseHandle } from '#drizzle/client.ts';

/** A database of the running test's own, with the schema of the product, dropped when it ends. */
export async function testDatabase(): Promise<DatabaseHandle> {
  const handle = await createDatabase();
  onTestFinished(() => dropDatabase(handle));
  return handle;
}

/** One that several tests share; drop it in `afterAll`. */
export async function createDatabase(): Promise<DatabaseHandle> {
  const { adminUrl, template } = inject('postgres');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await admin(adminUrl, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  return connect(adminUrl.replace(/\/ibs$/, `/${name}`), { max: 5 });
}

export async function dropDatabase(handle: DatabaseHandle): Promise<void> {
  await handle.close();
  const name = handle.url.slice(handle.url.lastIndexOf('/') + 1);
  await admin(inject('postgres').adminUrl, `DROP DATABASE ${name} WITH (FORCE)`);
}

async function admin(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
