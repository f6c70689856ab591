import type { SnapshotKey } from './snapshot-words.ts';

/**
 * Where a browser gets the content of an archive, or one file or directory inside of it. `path` is the raw path
 * in base64, as the server gave it.
 */
export function downloadHref(snapshot: SnapshotKey, archive: string, path = ''): string {
  const { datastore, namespace, type, id, time } = snapshot;
  const params = new URLSearchParams({
    datastore,
    namespace,
    type,
    id,
    time: String(time),
    archive,
    ...(path === '' ? {} : { path }),
  });
  return `/api/download?${params}`;
}
