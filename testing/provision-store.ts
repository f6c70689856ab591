import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import type { DatastoreName } from '#domain/ids.ts';
import type { Database } from '#drizzle/client.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { mountOf } from '#engine/backends/local/mount.ts';
import { completeProvision, provisionDatastore } from '#engine/provision.ts';
import { localBackend } from './open-store.ts';

/** An empty datastore with its record, as a task of the worker leaves them; for servers that need one before they start. */
export async function provisionStore(db: Database, name: string, path: string): Promise<void> {
  fs.mkdirSync(path);
  const backend = localBackend(path);
  const [id, identity] = [randomUUID(), randomUUID()];
  const now = Date.now();
  const { signal } = new AbortController();
  await provisionDatastore({ backend, uuid: identity, creationId: id, signal, now, report: () => {} });
  await completeProvision(backend);
  await backend.close();
  const { type, source, mountPoint } = mountOf(path);
  await db.insert(datastore).values({
    ...{ id, name: name as DatastoreName, kind: 'local', identity, phase: 'ready', syncLevel: 'none' },
    config: { kind: 'local', path, mount: { type, source, mountPoint } },
    chunksCountedAt: new Date(now),
    createdBy: 'admin@ibs',
  });
}
