import { BackupError, isBackupError } from '#domain/errors.ts';
import {
  NAMESPACE_DEPTH_MAX,
  type NamespacePath,
  namespaceComponents,
  parseNamespaceComponent,
  ROOT_NAMESPACE,
} from '#domain/ids.ts';
import type { Entry, ObjectSource } from '../backends/backend.ts';
import type { Datastore } from '../datastore.ts';
import { shareNamespace } from '../locks/share-namespace.ts';
import { below, namespaceKey } from './layout.ts';

/** Every namespace from `start` down, parents before children, `start` included; foreign names are skipped. */
export async function listNamespaces(
  backend: ObjectSource,
  start: NamespacePath = ROOT_NAMESPACE,
  maxDepth = NAMESPACE_DEPTH_MAX,
): Promise<NamespacePath[]> {
  const found = [start];
  if (maxDepth > 0 && namespaceComponents(start).length < NAMESPACE_DEPTH_MAX) {
    for (const child of await childrenOf(backend, start)) {
      found.push(...(await listNamespaces(backend, child, maxDepth - 1)));
    }
  }
  return found;
}

async function childrenOf(backend: ObjectSource, parent: NamespacePath): Promise<NamespacePath[]> {
  const entries = await listOrNothing(backend, below(namespaceKey(parent), 'ns'));
  return entries
    .filter((entry) => entry.kind === 'directory' && parseNamespaceComponent(entry.name).ok)
    .map((entry) => below(parent, entry.name) as NamespacePath)
    .sort();
}

/** The entries of a directory; nothing when it does not exist, or when something else has its name. */
export async function listOrNothing(backend: ObjectSource, key: string): Promise<Entry[]> {
  return (await listOrNull(backend, key)) ?? [];
}

export async function directoryExists(backend: ObjectSource, key: string): Promise<boolean> {
  return (await listOrNull(backend, key)) !== null;
}

/** A foreign file in the place of a directory must not pass for storage that does not answer. */
async function listOrNull(backend: ObjectSource, key: string): Promise<Entry[] | null> {
  try {
    return await backend.list(key);
  } catch (error) {
    if (isBackupError(error, 'STORAGE_MISSING') || (await isBarred(backend, key))) return null;
    throw error;
  }
}

/** Something on the way to `key`, or in its place, is no directory. */
async function isBarred(backend: ObjectSource, key: string): Promise<boolean> {
  let parent = '';
  for (const name of key.split('/')) {
    const entry = (await backend.list(parent)).find((candidate) => candidate.name === name);
    if (entry?.kind !== 'directory') return entry !== undefined;
    parent = below(parent, name);
  }
  return false;
}

export async function namespaceExists(backend: ObjectSource, namespace: NamespacePath): Promise<boolean> {
  return namespace === ROOT_NAMESPACE || directoryExists(backend, namespaceKey(namespace));
}

/** *Errors*: NAMESPACE_NOT_FOUND when the parent does not exist, NAMESPACE_EXISTS when it does itself, NAMESPACE_LOCKED. */
export async function createNamespace(store: Datastore, namespace: NamespacePath): Promise<void> {
  store.assertOwned();
  using _namespace = shareNamespace(store.locks, namespace, 'creation of a namespace');
  const parent = parentOf(namespace);
  if (!(await namespaceExists(store.backend, parent))) throw noNamespace(parent);
  const durable = store.syncLevel !== 'none';
  await store.backend.makeDirectory(below(namespaceKey(parent), 'ns'), { durable });
  if (!(await store.backend.makeDirectory(namespaceKey(namespace), { durable }))) {
    throw new BackupError('NAMESPACE_EXISTS', `The namespace ${namespace} exists.`, { field: 'name' });
  }
}

export function parentOf(namespace: NamespacePath): NamespacePath {
  return namespaceComponents(namespace).slice(0, -1).join('/') as NamespacePath;
}

/** The words in front are those that scripts know from elsewhere. */
export function noNamespace(namespace: NamespacePath): BackupError {
  return new BackupError('NAMESPACE_NOT_FOUND', `namespace not found: ${namespace}`, {
    hint: `Create it first: ironcore-backup namespace create DATASTORE ${namespace}`,
  });
}
