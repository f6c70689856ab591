import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import type { SyncLevel } from '#domain/datastore.ts';
import { LocalBackend } from '#engine/backends/local/local-backend.ts';
import { ChunkPool } from '#engine/chunks/chunk-pool.ts';
import type { Datastore } from '#engine/datastore.ts';
import { openDatastore } from '#engine/open.ts';
import { completeProvision, provisionDatastore } from '#engine/provision.ts';

/** The engine on a directory of its own: no network, no database. */

const clock = { now: () => Date.now(), monotonic: () => performance.now() };

function backendAt(path: string): LocalBackend {
  const traits = { keepsAccessTime: true, knowsCapacity: true, defaultSyncLevel: 'filesystem' } as const;
  return new LocalBackend(path, traits);
}

/** An empty datastore. */
export async function makeStore(path: string, uuid: string): Promise<void> {
  fs.mkdirSync(path, { recursive: true });
  const backend = backendAt(path);
  const signal = new AbortController().signal;
  await provisionDatastore({ backend, uuid, creationId: uuid, now: clock.now(), signal, report: () => {} });
  await completeProvision(backend);
}

export function openStore(path: string, uuid: string, syncLevel: SyncLevel): Promise<Datastore> {
  const owner = {
    ...{ workerId: randomUUID(), host: 'bench', epoch: 1 },
    assertOwned: () => {},
    isGone: () => true,
  };
  const [backend, pool] = [backendAt(path), new ChunkPool()];
  return openDatastore({ backend, pool, clock, syncLevel, uuid, owner, suspect: () => {} });
}
