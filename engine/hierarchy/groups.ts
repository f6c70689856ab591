import { BackupError, isBackupError } from '#domain/errors.ts';
import {
  BACKUP_TYPES,
  type BackupType,
  compareGroups,
  formatGroupPath,
  type GroupRef,
  type NamespacePath,
  parseBackupId,
} from '#domain/ids.ts';
import { type PrincipalId, parsePrincipalId } from '#domain/principal.ts';
import type { ObjectSource } from '../backends/backend.ts';
import type { Datastore } from '../datastore.ts';
import type { Lock } from '../locks/lock-table.ts';
import { groupPlace } from '../locks/places.ts';
import { shareNamespace } from '../locks/share-namespace.ts';
import { below, groupKey, NOTES_NAME, namespaceKey, OWNER_NAME, typeKey } from './layout.ts';
import { directoryExists, listOrNothing, noNamespace } from './namespaces.ts';
import { listSnapshots } from './snapshots.ts';

const OWNER_MAX_BYTES = 1024;
export const NOTES_MAX_BYTES = 1024 * 1024;

/** The groups directly in a namespace, in the order of every listing; foreign names are skipped. */
export async function listGroups(backend: ObjectSource, namespace: NamespacePath): Promise<GroupRef[]> {
  const groups: GroupRef[] = [];
  for (const type of BACKUP_TYPES) groups.push(...(await groupsOfType(backend, namespace, type)));
  return groups.sort(compareGroups);
}

async function groupsOfType(
  backend: ObjectSource,
  namespace: NamespacePath,
  type: BackupType,
): Promise<GroupRef[]> {
  const entries = await listOrNothing(backend, below(namespaceKey(namespace), type));
  return entries.flatMap((entry) => {
    const id = parseBackupId(entry.name);
    return entry.kind === 'directory' && id.ok ? [{ namespace, type, id: id.value }] : [];
  });
}

export async function groupExists(backend: ObjectSource, group: GroupRef): Promise<boolean> {
  return directoryExists(backend, groupKey(group));
}

/** Null when the file is missing or holds no principal: then only administrators may use the group. */
export async function readOwner(backend: ObjectSource, group: GroupRef): Promise<PrincipalId | null> {
  const text = await readText(backend, below(groupKey(group), OWNER_NAME), OWNER_MAX_BYTES);
  const owner = text === null ? null : parsePrincipalId(text.replace(/\n$/, ''));
  return owner?.ok ? owner.value : null;
}

/** The comment of a group; empty when there is none. */
export async function readGroupNotes(backend: ObjectSource, group: GroupRef): Promise<string> {
  return (await readText(backend, below(groupKey(group), NOTES_NAME), NOTES_MAX_BYTES)) ?? '';
}

/** What a group has besides its snapshots; it goes with the last of them. */
export interface GroupFacts {
  owner: PrincipalId | null;
  /** Empty when there are none. */
  notes: string;
}

export async function readGroupFacts(backend: ObjectSource, group: GroupRef): Promise<GroupFacts> {
  return { owner: await readOwner(backend, group), notes: await readGroupNotes(backend, group) };
}

/** Gives a group that was made just now the notes that it had. The caller holds its lock. */
export async function writeFirstNotes(store: Datastore, group: GroupRef, notes: string): Promise<void> {
  const durable = store.syncLevel !== 'none';
  await store.backend.put(below(groupKey(group), NOTES_NAME), Buffer.from(notes), { durable });
}

async function readText(backend: ObjectSource, key: string, maxBytes: number): Promise<string | null> {
  try {
    return Buffer.from(await backend.get(key, maxBytes)).toString('utf8');
  } catch (error) {
    if (isBackupError(error, 'STORAGE_MISSING', 'DATA_CORRUPT')) return null;
    throw error;
  }
}

export interface OpenedGroup {
  lock: Lock;
  owner: PrincipalId | null;
  /** We made it just now, so a failed backup takes it away again. */
  created: boolean;
}

/**
 * Takes the group for a backup, making it if it is new. The owner is written before anyone else can use the
 * group, because the lock is held; GROUP_LOCKED when it is in use. A crash while a group was made or removed leaves it
 * without owner and snapshots: then it counts as new, or nobody could ever use it again.
 *
 * *Errors*: GROUP_LOCKED, NAMESPACE_LOCKED while the namespace is being removed, NAMESPACE_NOT_FOUND.
 */
export async function openOrCreateGroup(
  store: Datastore,
  group: GroupRef,
  owner: PrincipalId,
  holder: string,
): Promise<OpenedGroup> {
  using _namespace = shareNamespace(store.locks, group.namespace, holder);
  const lock = lockGroup(store, group, holder);
  try {
    const durable = store.syncLevel === 'file';
    await makeType(store, group, { durable });
    const created =
      (await store.backend.makeDirectory(groupKey(group), { durable })) || (await isHusk(store, group));
    if (created) await writeFirstOwner(store, group, owner);
    return { lock, owner: created ? owner : await readOwner(store.backend, group), created };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** The namespace may have gone since somebody looked. */
export async function makeType(
  { backend }: Datastore,
  group: GroupRef,
  options: { durable: boolean },
): Promise<void> {
  try {
    await backend.makeDirectory(typeKey(group), options);
  } catch (error) {
    throw isBackupError(error, 'STORAGE_MISSING') ? noNamespace(group.namespace) : error;
  }
}

/** Nobody's, and nothing to be somebody's. */
async function isHusk(store: Datastore, group: GroupRef): Promise<boolean> {
  if ((await readOwner(store.backend, group)) !== null) return false;
  return (await listSnapshots(store.backend, group)).length === 0;
}

/** The words in front are those that scripts know from elsewhere. */
function lockGroup(store: Datastore, group: GroupRef, holder: string): Lock {
  try {
    return store.locks.exclusive(groupPlace(group), holder);
  } catch (error) {
    if (!isBackupError(error, 'GROUP_LOCKED')) throw error;
    const { message, hint } = error;
    throw new BackupError('GROUP_LOCKED', `unable to acquire backup group lock - ${message}`, { hint });
  }
}

async function writeFirstOwner(store: Datastore, group: GroupRef, owner: PrincipalId): Promise<void> {
  try {
    const durable = store.syncLevel !== 'none';
    await store.backend.put(below(groupKey(group), OWNER_NAME), Buffer.from(`${owner}\n`), {
      durable,
    });
  } catch (error) {
    await store.backend.removeDirectory(groupKey(group));
    throw error;
  }
}

/** Takes a group away that holds no snapshot any more. The caller holds its lock. */
export async function removeEmptyGroup(store: Datastore, group: GroupRef): Promise<boolean> {
  const entries = await listOrNothing(store.backend, groupKey(group));
  if (entries.some((entry) => entry.name !== OWNER_NAME && entry.name !== NOTES_NAME)) return false;
  store.assertOwned();
  await store.backend.remove(below(groupKey(group), NOTES_NAME));
  await store.backend.remove(below(groupKey(group), OWNER_NAME));
  return store.backend.removeDirectory(groupKey(group));
}

export function noGroup(group: GroupRef): BackupError {
  return new BackupError('GROUP_NOT_FOUND', `There is no backup group ${formatGroupPath(group)}.`);
}
