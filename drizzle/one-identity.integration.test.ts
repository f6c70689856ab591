import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asc, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { testDatabase } from '#testing/test-database.ts';
import { datastore } from './schema/datastore.ts';

const MIGRATION = join(import.meta.dirname, 'migrations', '0003_one_identity.sql');

test('of two records of one directory the first keeps it, and the other says why it is offline', async () => {
  const { db } = await testDatabase();
  await db.execute(sql`DROP INDEX datastore_identity`);
  const identity = randomUUID();
  for (const [position, name] of ['first', 'second', 'other'].entries()) {
    await db.insert(datastore).values({
      ...{ id: randomUUID(), name: name as never, kind: 'local', syncLevel: 'none', createdBy: 'admin@ibs' },
      config: { kind: 'local', path: `/${name}`, mount: null },
      createdAt: new Date(position * 1000),
      identity: name === 'other' ? randomUUID() : identity,
    });
  }
  for (const statement of readFileSync(MIGRATION, 'utf8').split('--> statement-breakpoint')) {
    await db.execute(sql.raw(statement));
  }
  const rows = await db.select().from(datastore).orderBy(asc(datastore.createdAt));
  expect(rows.map((row) => row.identity)).toEqual([identity, null, expect.any(String)]);
  expect(rows.map((row) => row.maintenance)).toEqual([
    null,
    {
      mode: 'offline',
      message: 'The same directory as first; remove this record.',
      since: expect.any(Number),
      by: 'system',
    },
    null,
  ]);
});
