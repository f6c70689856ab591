import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { datastore } from '#drizzle/schema/datastore.ts';
import { claimTask } from '#drizzle/tasks.ts';
import { provisionStore } from '#testing/provision-store.ts';
import { testApi } from '#testing/test-api.ts';
import { testGateway } from '#testing/test-gateway.ts';

/** Removals with the data that do not go through in one piece. */

const gateway = testGateway({ stores: ['main'] });
const api = testApi(() => gateway.database.url);

function destroy(name: string) {
  return api.as('admin@ibs').datastore.remove({ name: name as never, destroyData: true });
}

async function provision(name: string): Promise<string> {
  const path = gateway.path(name);
  await provisionStore(gateway.db, name, path);
  return path;
}

async function isRecorded(name: string): Promise<boolean> {
  const rows = await gateway.db
    .select()
    .from(datastore)
    .where(eq(datastore.name, name as never));
  return rows.length > 0;
}

test('what an interrupted removal has left is removed by the next one', async () => {
  const path = await provision('cut-off');
  for (const name of ['.chunks/0000', '.chunks/0001']) fs.rmdirSync(join(path, name));
  const ended = await api.ended(await destroy('cut-off'));
  expect(ended.outcome).toBe('cut-off and its data are gone.');
  expect(fs.existsSync(path)).toBe(false);
});

test('nothing is destroyed that is not the recorded datastore, or that was never completed', async () => {
  const path = await provision('other');
  const identity = JSON.parse(fs.readFileSync(join(path, '.ibs-identity.json'), 'utf8'));
  const recorded = randomUUID();
  for (const uuid of [recorded, null]) {
    await gateway.db
      .update(datastore)
      .set({ identity: uuid })
      .where(eq(datastore.name, 'other' as never));
    const ended = await api.ended(await destroy('other'));
    expect(ended).toMatchObject({ state: 'failed', error: { code: 'DATASTORE_IDENTITY_MISMATCH' } });
    expect(ended.outcome).toContain(`the identity there is ${identity.uuid}`);
  }
  fs.renameSync(join(path, '.ibs-identity.json'), join(path, 'moved'));
  expect((await api.ended(await destroy('other'))).outcome).toContain('.ibs-identity.json is missing');
  expect(fs.existsSync(join(path, '.chunks/0000'))).toBe(true);
  expect(await isRecorded('other')).toBe(true);
});

test('an attempt that was lost behind the last file is finished by the next', async () => {
  const path = await provision('late');
  await gateway.stopWorker();
  const { taskId } = await destroy('late');
  await claimTask(gateway.db, taskId, randomUUID());
  fs.rmSync(path, { recursive: true });
  await gateway.startWorker();
  const ended = await api.ended({ taskId });
  expect(ended.outcome).toContain('late and its data are gone.');
  expect(await isRecorded('late')).toBe(false);
});
