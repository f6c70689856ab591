import { afterEach, expect, test } from 'vitest';
import { testGateway, type UpgradeOptions } from '#testing/test-gateway.ts';
import { complete, sendArchive } from '#testing/wire/wire-backup.ts';
import { randomPiece } from '#testing/wire/wire-blobs.ts';
import { connectTls, readAnswer } from '#testing/wire/wire-connection.ts';
import { readWorkerConfig } from '#worker/env.ts';

/** What becomes of connections when the process is asked to stop. */

const DRAIN_MS = 2500;
const START = 1_700_000_000;
const gateway = testGateway({ stores: ['one'], drainMs: DRAIN_MS });

afterEach(async () => {
  if (!gateway.alive) await gateway.startWorker();
  await gateway.leaveSound();
});

test('a running backup may finish within the time that is set, while new ones are asked to come back', async () => {
  const of = { id: 'in-time', time: START };
  const session = await gateway.backup(of);
  const before = await connectTls(gateway.port);
  const stopped = gateway.stopWorker();
  await new Promise((resolve) => setTimeout(resolve, 300));
  const STOPPING = '503 The server is stopping; try again in a moment.';
  for (const socket of [before, await connectTls(gateway.port)]) {
    socket.write(gateway.upgradeHead('backup', { id: 'too-late', time: START }));
    const { status, body } = await readAnswer(socket);
    expect(`${status} ${body}`).toBe(STOPPING);
    socket.destroy();
  }
  const archive = await sendArchive(session, 'root.pxar.didx', [randomPiece()]);
  await complete(session, of, [archive]);
  const started = performance.now();
  await session.drop();
  await stopped;
  expect(performance.now() - started).toBeLessThan(DRAIN_MS);
  await gateway.startWorker();
  expect(await timesOf(of)).toEqual([START]);
  expect(gateway.entries('host/too-late')).toBe(null);
});

test('a backup and a restore that go on for longer are ended then, and nothing half-made is left', async () => {
  await gateway.backUp({ id: 'read', time: START }, [randomPiece()]);
  const backup = await gateway.backup({ id: 'too-long', time: START });
  const restore = await gateway.reader({ id: 'read', time: START });
  const started = performance.now();
  const stopped = gateway.stopWorker();
  await Promise.all([backup.closed, restore.closed]);
  const tookMs = performance.now() - started;
  expect(tookMs).toBeGreaterThan(DRAIN_MS - 200);
  expect(tookMs).toBeLessThan(DRAIN_MS + 2000);
  await stopped;
  expect(gateway.entries('host/too-long')).toBe(null);
});

test('that time comes from the environment, three seconds by default', () => {
  const environment = { DATABASE_URL: 'x', IBS_DATA_DIR: gateway.dataDirectory, NODE_ENV: 'test' as const };
  expect(readWorkerConfig(environment).gateway.drainMs).toBe(3000);
  const set = (seconds: string) =>
    readWorkerConfig({ ...environment, IBS_GATEWAY_DRAIN_SECONDS: seconds }).gateway.drainMs;
  expect(set('600')).toBe(600_000);
  expect(() => set('-1')).toThrow('IBS_GATEWAY_DRAIN_SECONDS');
});

async function timesOf({ id }: Pick<UpgradeOptions, 'id'>): Promise<unknown[]> {
  const query = { 'backup-type': 'host', 'backup-id': id };
  const { data } = await gateway.store('GET', '/snapshots', { query });
  return (data as Record<string, unknown>[]).map((item) => item['backup-time']);
}
