import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { testDatabase } from '#testing/test-database.ts';
import { databaseError } from './client.ts';

test('a connection that is lost inside of a transaction fails the transaction, not the process', async () => {
  const { db } = await testDatabase();
  const failed = db.transaction(async (tx) => {
    const { rows } = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
    // Nothing is asked on the lost connection at this moment, so nobody waits for its error.
    await db.execute(sql`select pg_terminate_backend(${rows[0]?.pid}, 2000)`);
    await tx.execute(sql`select 1`);
  });
  const error = databaseError(await failed.catch((thrown) => thrown));
  expect(error).toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  expect((await db.execute(sql`select 1 as one`)).rows).toEqual([{ one: 1 }]);
});

test('connections that are lost before a transaction has begun are given back all the same', async () => {
  const { db, pool } = await testDatabase();
  for (let round = 0; round < 12; round += 1) {
    pool.once('acquire', (client) => streamOf(client).destroy());
    await expect(db.transaction((tx) => tx.execute(sql`select 1`))).rejects.toThrow();
  }
  expect((await db.transaction((tx) => tx.execute(sql`select 1 as one`))).rows).toEqual([{ one: 1 }]);
  expect(pool.totalCount - pool.idleCount).toBe(0);
});

/** The socket below a connection, to cut it as a lost network would. */
function streamOf(client: unknown): { destroy(): void } {
  return (client as { connection: { stream: { destroy(): void } } }).connection.stream;
}
