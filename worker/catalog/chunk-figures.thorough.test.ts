import { expect, test } from 'vitest';
import type { DatastoreName } from '#domain/ids.ts';
import { chunksOnDisk } from '#testing/chunks-on-disk.ts';
import { testApi } from '#testing/test-api.ts';
import { testGateway } from '#testing/test-gateway.ts';
import { sendArchive } from '#testing/wire/wire-backup.ts';
import { randomPiece } from '#testing/wire/wire-blobs.ts';

/** How many chunks are shown: as many as there are, whatever happens at the same time. */

const gateway = testGateway({ stores: ['main'] });
const api = testApi(() => gateway.database.url);
const NAME = 'main' as DatastoreName;
const TIME = 1_700_000_000;

async function shown() {
  const { chunkCount, chunkBytes } = await api.as('admin@ibs').datastore.get({ name: NAME });
  return { chunkCount, chunkBytes };
}

const onDisk = () => chunksOnDisk(gateway.path());

test('of backups that end while a rescan counts, each chunk is counted once', async () => {
  const common = randomPiece(5000);
  await gateway.backUp({ id: 'before', time: TIME }, [common, randomPiece(5000)]);
  expect(await shown()).toEqual(onDisk());
  let counting = true;
  const rescan = api.ended(await api.as('admin@ibs').datastore.rescan({ name: NAME })).finally(() => {
    counting = false;
  });
  let backups = 0;
  for (; counting; backups += 1) {
    await gateway.backUp({ id: 'beside', time: TIME + backups }, [common, ...randomPieces(8)]);
  }
  expect((await rescan).state).toBe('succeeded');
  expect(backups).toBeGreaterThan(3);
  await expect.poll(shown, { timeout: 20_000 }).toEqual(onDisk());

  await gateway.backUp({ id: 'after', time: TIME }, [common, randomPiece(5000)]);
  await expect.poll(shown, { timeout: 20_000 }).toEqual(onDisk());
});

test('what a backup that is cut off by an orderly stop has stored is counted as well', async () => {
  const session = await gateway.backup({ id: 'cut-off', time: TIME });
  await sendArchive(session, 'root.pxar.didx', randomPieces(3));
  await gateway.stopWorker();
  await gateway.startWorker('online');
  await expect.poll(shown, { timeout: 20_000 }).toEqual(onDisk());
});

function randomPieces(count: number) {
  return Array.from({ length: count }, () => randomPiece(4000));
}
