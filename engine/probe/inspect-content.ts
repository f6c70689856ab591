import type { Clock } from '#domain/clock.ts';
import type { SnapshotRef } from '#domain/ids.ts';
import type { PlaceContent } from '#domain/place-report.ts';
import type { ObjectBackend } from '../backends/backend.ts';
import { CHUNK_DIRECTORIES, CHUNK_ROOT, chunkDirectoryName } from '../chunks/chunk-key.ts';
import { parseDigest } from '../chunks/digest.ts';
import { listGroups, readOwner } from '../hierarchy/groups.ts';
import { listNamespaces, listOrNothing } from '../hierarchy/namespaces.ts';
import { isFinished, listSnapshots } from '../hierarchy/snapshots.ts';
import { readOwnerRecord } from '../identity.ts';
import { trashedGroups } from '../trash/list-trash.ts';

/** Chunk directories that are counted; a divisor of their number. */
const DIRECTORIES_SAMPLED = 64;
const OWNERS_SHOWN = 5;

/**
 * What an existing datastore holds, for somebody who thinks about adopting it. Reads only. After `patienceMs` it stops
 * counting and says so.
 */
export async function inspectContent(
  backend: ObjectBackend,
  clock: Clock,
  patienceMs: number,
): Promise<PlaceContent> {
  const deadline = clock.monotonic() + patienceMs;
  const content = { ...(await sampleChunks(backend)), ...EMPTY, lastOwner: await lastOwnerOf(backend) };
  const owners = new Set<string>();
  for (const namespace of await listNamespaces(backend)) {
    if (namespace !== '') content.namespaces += 1;
    for (const group of await listGroups(backend, namespace)) {
      content.groups += 1;
      const owner = await readOwner(backend, group);
      if (owner !== null) owners.add(owner);
      for (const snapshot of await listSnapshots(backend, group)) {
        count(content, snapshot, await isFinished(backend, snapshot));
      }
      if (clock.monotonic() > deadline) content.complete = false;
      if (!content.complete) break;
    }
    if (!content.complete) break;
  }
  if (content.complete) {
    for await (const { items } of trashedGroups(backend)) content.trashed += items.length;
  }
  return { ...content, owners: [...owners].sort().slice(0, OWNERS_SHOWN) };
}

const EMPTY = {
  ...{ namespaces: 0, groups: 0, snapshots: 0, unfinished: 0, trashed: 0 },
  ...{ oldest: null as number | null, newest: null as number | null, complete: true },
};

function count(content: typeof EMPTY, { time }: SnapshotRef, finished: boolean): void {
  if (!finished) {
    content.unfinished += 1;
    return;
  }
  content.snapshots += 1;
  content.oldest = Math.min(content.oldest ?? time, time);
  content.newest = Math.max(content.newest ?? time, time);
}

async function sampleChunks(
  backend: ObjectBackend,
): Promise<Pick<PlaceContent, 'chunksEstimate' | 'chunkBytesEstimate'>> {
  const times = CHUNK_DIRECTORIES / DIRECTORIES_SAMPLED;
  let [chunks, bytes] = [0, 0];
  for (let number = 0; number < CHUNK_DIRECTORIES; number += times) {
    const directory = `${CHUNK_ROOT}/${chunkDirectoryName(number)}`;
    for (const { name } of await listOrNothing(backend, directory)) {
      if (parseDigest(name) === null) continue;
      chunks += 1;
      bytes += (await backend.stat(`${directory}/${name}`))?.sizeBytes ?? 0;
    }
  }
  return { chunksEstimate: chunks * times, chunkBytesEstimate: bytes * times };
}

async function lastOwnerOf(backend: ObjectBackend): Promise<PlaceContent['lastOwner']> {
  const record = await readOwnerRecord(backend);
  return record && { host: record.host, seenAt: record.seenAt };
}
