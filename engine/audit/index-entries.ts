import type { SnapshotRef } from '#domain/ids.ts';
import type { ObjectBackend } from '../backends/backend.ts';
import { DIGEST_BYTES } from '../chunks/digest.ts';
import { snapshotKey } from '../hierarchy/layout.ts';
import { listOrNothing } from '../hierarchy/namespaces.ts';
import { fileKey } from '../hierarchy/snapshots.ts';
import { DYNAMIC_ENTRY_BYTES } from '../indexes/dynamic-index-reader.ts';
import { HEADER_BYTES } from '../indexes/index-header.ts';
import { isIndexName } from '../indexes/open-index.ts';

/** How many entries the indexes of these snapshots have, by the sizes of their files: what there is to do. */
export async function countEntries(
  backend: ObjectBackend,
  snapshots: readonly SnapshotRef[],
  signal: AbortSignal,
): Promise<number> {
  let count = 0;
  for (const snapshot of snapshots) {
    signal.throwIfAborted();
    for (const { name } of await listOrNothing(backend, snapshotKey(snapshot))) {
      if (!isIndexName(name)) continue;
      const stat = await backend.stat(fileKey(snapshot, name));
      count += entriesIn(name, stat?.sizeBytes ?? 0);
    }
  }
  return count;
}

function entriesIn(name: string, fileBytes: number): number {
  const entryBytes = name.endsWith('.fidx') ? DIGEST_BYTES : DYNAMIC_ENTRY_BYTES;
  return Math.max(0, Math.floor((fileBytes - HEADER_BYTES) / entryBytes));
}
