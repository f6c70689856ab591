import {
  type ArchiveFileName,
  formatSnapshotTime,
  type GroupRef,
  type NamespacePath,
  namespaceComponents,
  parseSnapshotRef,
  parseSnapshotTime,
  type SnapshotRef,
} from '#domain/ids.ts';

/** Where things are in a datastore (docs/formats/datastore.md). Keys are relative to its root. */

export const MANIFEST_NAME = 'index.json.blob' as ArchiveFileName;
export const CLIENT_LOG_NAME = 'client.log.blob' as ArchiveFileName;
export const OWNER_NAME = 'owner';
export const NOTES_NAME = 'notes';
export const PROTECTED_NAME = '.protected';
export const PROCESS_LOCK_NAME = '.lock';

/** `a/b` → `ns/a/ns/b`; the root namespace is the root of the datastore. */
export function namespaceKey(namespace: NamespacePath): string {
  return namespaceComponents(namespace)
    .map((component) => `ns/${component}`)
    .join('/');
}

export function typeKey(group: Pick<GroupRef, 'namespace' | 'type'>): string {
  return below(namespaceKey(group.namespace), group.type);
}

export function groupKey(group: GroupRef): string {
  return below(typeKey(group), group.id);
}

export function snapshotKey(snapshot: SnapshotRef): string {
  return below(groupKey(snapshot), formatSnapshotTime(snapshot.time));
}

/** The snapshot and the file in it that a key names; null for any other key. */
export function parseFileKey(key: string): { snapshot: SnapshotRef; file: string } | null {
  const slash = key.lastIndexOf('/');
  const snapshot = parseSnapshotRef(key.slice(0, Math.max(slash, 0)).replace(/(^|\/)ns\//g, '$1'));
  if (!snapshot.ok || snapshotKey(snapshot.value) !== key.slice(0, slash)) return null;
  return { snapshot: snapshot.value, file: key.slice(slash + 1) };
}

/** Where a snapshot is renamed to before its files go, so that a crash cannot leave half of it in the list. */
export function deletingKey(snapshot: SnapshotRef): string {
  return below(groupKey(snapshot), `.${formatSnapshotTime(snapshot.time)}${DELETING_SUFFIX}`);
}

const DELETING_SUFFIX = '.deleting';

/** Of which snapshot such a name is left; null for every other name, since what else is hidden belongs to somebody else. */
export function parseDeletingName(name: string): number | null {
  if (!name.startsWith('.') || !name.endsWith(DELETING_SUFFIX)) return null;
  const time = parseSnapshotTime(name.slice(1, -DELETING_SUFFIX.length));
  return time.ok ? time.value : null;
}

export function isDeletingName(name: string): boolean {
  return parseDeletingName(name) !== null;
}

export function below(parent: string, name: string): string {
  return parent === '' ? name : `${parent}/${name}`;
}
