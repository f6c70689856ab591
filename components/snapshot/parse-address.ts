import { parseDatastoreName, parseSnapshotRef } from '#domain/ids.ts';

/** What the API calls a snapshot. */
export interface SnapshotAddress {
  datastore: string;
  namespace: string;
  type: string;
  id: string;
  time: number;
}

/** The snapshot that an address names; null when it names none. Segments are decoded already. */
export function parseSnapshotAddress(datastore: string, segments: readonly string[]): SnapshotAddress | null {
  const name = parseDatastoreName(datastore);
  const ref = parseSnapshotRef(segments.join('/'));
  return name.ok && ref.ok ? { datastore: name.value, ...ref.value } : null;
}
