import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { localBackend, testPool } from '#testing/open-store.ts';
import { temporaryStoreDirectory } from '#testing/temporary-directory.ts';
import { ChunkStore } from '../chunks/chunk-store.ts';
import { encodeBlob } from '../chunks/data-blob.ts';
import { digestOf } from '../chunks/digest.ts';
import { makeShardMemory, ShardMutex } from '../chunks/shard-mutex.ts';
import type { Datastore } from '../datastore.ts';
import { MarkTable } from './mark-table.ts';
import { sweep } from './sweep.ts';
import { sweepFiles } from './sweep-files.ts';

/** Sweeps while others are at work in the same directories and threads. */

test('goes on while backups keep every thread busy', { timeout: 60_000 }, async () => {
  const backend = localBackend(temporaryStoreDirectory());
  const chunks = new ChunkStore({ backend, pool: testPool(), durable: false });
  const store = { backend, chunks } as unknown as Datastore;
  const encoded = encodeBlob(randomBytes(4 * 1024 * 1024), { compress: false });
  let isOver = false;
  const backup = async () => {
    while (!isOver) await store.chunks.checkBlobFile(encoded, 16 * 1024 * 1024);
  };
  const backups = Array.from({ length: 30 }, backup);
  const cancel = new AbortController();
  let checks = 0;
  const swept = sweep(store, {
    marks: new MarkTable().share(),
    ...{ cutoffs: { keepSince: 0 }, dryRun: false, sizes: false, signal: cancel.signal },
    check: async () => {
      checks += 1;
      if (checks > 20) cancel.abort(new Error('it does not get on'));
    },
    report: (done) => {
      if (done > 100) cancel.abort(new Error('it gets on'));
    },
  });
  await expect(swept).rejects.toThrow('it gets on');
  isOver = true;
  await Promise.all(backups);
  await backend.close();
});

test('a chunk that is set aside between its name and its size is no failure', {
  timeout: 30_000,
}, async () => {
  const root = temporaryStoreDirectory();
  const backend = localBackend(root);
  const piece = randomBytes(100);
  const directory = join(root, '.chunks', digestOf(piece).slice(0, 4));
  const path = join(directory, digestOf(piece));
  fs.mkdirSync(directory, { recursive: true });
  fs.writeFileSync(path, piece);
  const table = new MarkTable();
  const words = new Uint32Array(Uint8Array.from(Buffer.from(digestOf(piece), 'hex')).buffer);
  table.mark(words[0] ?? 0, words[1] ?? 0);
  const script = `const fs = require('node:fs'); for (;;) { fs.renameSync(${JSON.stringify(path)}, ${JSON.stringify(`${path}.0.bad`)}); fs.renameSync(${JSON.stringify(`${path}.0.bad`)}, ${JSON.stringify(path)}); }`;
  const other = spawn(process.execPath, ['-e', script], { stdio: 'ignore' });
  try {
    const from = Number.parseInt(digestOf(piece).slice(0, 4), 16);
    const { direct } = backend.traits;
    if (direct === null) throw new Error('a local backend has files');
    const mutex = new ShardMutex(makeShardMemory());
    const place = {
      ...{ direct, marks: table.share(), cutoffs: { keepSince: 0 }, dryRun: false, sizes: true },
      ...{ from, to: from + 1, until: process.hrtime.bigint() + 10n ** 12n, turn: 10n ** 12n },
    };
    for (const end = Date.now() + 3000; Date.now() < end; ) {
      expect(sweepFiles(place, mutex).failure).toBe(null);
    }
  } finally {
    other.kill();
    await once(other, 'exit');
    await backend.close();
  }
});
