import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { firstJobs } from '#domain/job.ts';
import { connect, type DatabaseHandle } from '#drizzle/client.ts';
import { insertJobs } from '#drizzle/jobs.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { task } from '#drizzle/schema/task.ts';
import { provisionStore } from '#testing/provision-store.ts';
import { type RunningServer, startServer } from '#testing/running-server.ts';
import { temporaryDirectory } from '#testing/temporary-directory.ts';

/** The scheduler of the worker that `npm start` runs, by the clock of the machine: it takes up to a minute. */

const MINUTE = 60_000;

let server: RunningServer;
let handle: DatabaseHandle;

beforeAll(async () => {
  server = await startServer();
  handle = connect(server.databaseUrl, { max: 2 });
}, 2 * MINUTE);

afterAll(async () => {
  await handle.close();
  await server.stop();
});

test(
  'two workers start a job that was due at the next full minute, once',
  async () => {
    const another = await server.startAnotherWorker();
    await provisionStore(handle.db, 'main', join(temporaryDirectory(), 'main'));
    const [row] = await handle.db.select().from(datastore);
    const jobs = firstJobs({ gcSchedule: 'yearly', pruneSchedule: null });
    const longAgo = Date.now() - 400 * 24 * 60 * MINUTE;
    await handle.db.transaction((tx) => insertJobs(tx, row?.id ?? '', jobs, longAgo));
    const started = () => handle.db.select().from(task).where(eq(task.kind, 'datastore.gc'));
    await expect.poll(started, { timeout: 100_000, interval: 500 }).toHaveLength(1);
    const [first] = await started();
    expect((first?.createdAt.getTime() ?? 0) % MINUTE).toBeLessThan(10_000);
    await expect.poll(async () => (await started())[0]?.state, { timeout: 30_000 }).toBe('succeeded');
    expect(await started()).toHaveLength(1); // both have looked at that minute
    await another.stop();
  },
  5 * MINUTE,
);
