import { expect, test } from 'vitest';
import { ChunkPool } from './chunk-pool.ts';
import { encodeBlob } from './data-blob.ts';

const job = () => ({
  ...{ kind: 'check' as const, encoded: encodeBlob(Buffer.from('text'), { compress: false }), maxBytes: 100 },
});

test('threads are there from the first job until there has been none for a while', async () => {
  const pool = new ChunkPool(1, 50);
  expect(pool.isStarted).toBe(false);
  await pool.run(job());
  expect(pool.isStarted).toBe(true);
  await expect.poll(() => pool.isStarted).toBe(false);
  expect(await pool.run(job())).toMatchObject({ kind: 'checked' });
  await pool.close();
  await expect(pool.run(job())).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
});
