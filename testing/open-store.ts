import { randomUUID } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { Clock } from '#domain/clock.ts';
import type { SyncLevel } from '#domain/datastore.ts';
import type { ObjectBackend } from '#engine/backends/backend.ts';
import { LocalBackend } from '#engine/backends/local/local-backend.ts';
import { ChunkPool } from '#engine/chunks/chunk-pool.ts';
import type { Datastore } from '#engine/datastore.ts';
import { IDENTITY_NAME, writeIdentity } from '#engine/identity.ts';
import { openDatastore } from '#engine/open.ts';
import { completeProvision, provisionDatastore } from '#engine/provision.ts';
import { MemoryBackend } from './memory-backend.ts';
import { temporaryStoreDirectory } from './temporary-directory.ts';

/** A clock that stands still until a test moves it. */
export function testClock(start = 1_700_000_000_000): Clock & { advance(ms: number): void } {
  let now = start;
  return {
    now: () => now,
    monotonic: () => now - start,
    advance: (ms) => {
      now += ms;
    },
  };
}

let shared: ChunkPool | null = null;

/** One pool for all tests of a file; its threads do not keep the process alive. */
export function testPool(): ChunkPool {
  shared ??= new ChunkPool(2);
  return shared;
}

export function localBackend(root: string): LocalBackend {
  return new LocalBackend(root, {
    keepsAccessTime: true,
    knowsCapacity: true,
    defaultSyncLevel: 'filesystem',
  });
}

export interface TestStoreOptions {
  backend?: ObjectBackend;
  clock?: Clock;
  syncLevel?: SyncLevel;
  /** Already provisioned under this identity. */
  uuid?: string;
  /** Otherwise the one that all tests of a file share. */
  pool?: ChunkPool;
  suspect?: (reason: string) => void;
  assertOwned?: () => void;
}

/** In memory once for all tests of a file: its 65 536 directories are sooner copied than made. */
let inMemory: MemoryBackend | null = null;

async function provision(backend: ObjectBackend, uuid: string, now: number): Promise<void> {
  if (!(backend instanceof MemoryBackend)) return layOut(backend, uuid, now);
  if (inMemory === null) {
    inMemory = new MemoryBackend(() => 0);
    await layOut(inMemory, randomUUID(), 0);
  }
  backend.copyFrom(inMemory);
  await backend.remove(IDENTITY_NAME);
  await writeIdentity(backend, uuid, now);
}

async function layOut(backend: ObjectBackend, uuid: string, now: number): Promise<void> {
  const { signal } = new AbortController();
  await provisionDatastore({ backend, uuid, creationId: uuid, signal, now, report: () => {} });
  await completeProvision(backend);
}

/** A provisioned and opened datastore; on files in a temporary directory unless a backend is given. */
export async function openTestStore(options: TestStoreOptions = {}): Promise<Datastore> {
  const clock = options.clock ?? testClock();
  const backend = options.backend ?? localBackend(temporaryStoreDirectory());
  const uuid = options.uuid ?? randomUUID();
  if (!options.uuid) await provision(backend, uuid, clock.now());
  const store = await openDatastore({
    backend,
    pool: options.pool ?? testPool(),
    clock,
    syncLevel: options.syncLevel ?? 'none',
    uuid,
    owner: {
      workerId: randomUUID(),
      host: 'test',
      epoch: 1,
      assertOwned: options.assertOwned ?? (() => {}),
      isGone: () => true,
    },
    suspect: options.suspect ?? (() => {}),
  });
  onTestFinished(() => store.close());
  return store;
}
