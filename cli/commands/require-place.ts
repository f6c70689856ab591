import { BackupError, isBackupError } from '#domain/errors.ts';
import { type BackupId, formatGroupPath, type NamespacePath } from '#domain/ids.ts';
import type { Api } from '../connect/api.ts';
import type { Place } from './parse-place.ts';

/**
 * A list that is empty because its place does not exist is an error, not a result: DATASTORE_NOT_FOUND or
 * NAMESPACE_NOT_FOUND. A namespace without a datastore must be in one of those that the caller may see.
 */
export async function requirePlace(api: Api, { datastore, namespace }: Place): Promise<void> {
  if (datastore !== undefined) {
    const namespaces = await api.namespace.list.query({ datastore });
    if (namespace === undefined || namespaces.some(({ path }) => path === namespace)) return;
    throw noNamespace(`${datastore}:${namespace}`, datastore);
  }
  if (!namespace) return;
  const datastores = await api.datastore.list.query();
  for (const { name } of datastores) {
    const namespaces = await api.namespace.list.query({ datastore: name });
    if (namespaces.some(({ path }) => path === namespace)) return;
  }
  throw noNamespace(namespace, 'DATASTORE');
}

/** The same for a list of a group that was named by its reference. */
export async function requireGroup(api: Api, place: Place): Promise<void> {
  await requirePlace(api, place);
  const { datastore, namespace = '', type, id } = place;
  if (datastore === undefined || type === undefined || id === undefined) return;
  const groups = await api.snapshot.groups.query({ datastore, namespace });
  if (groups.some((group) => group.type === type && group.id === id)) return;
  const path = formatGroupPath({ namespace: namespace as NamespacePath, type, id: id as BackupId });
  throw new BackupError('GROUP_NOT_FOUND', `There is no backup group ${datastore}:${path}.`, {
    hint: `List them: ironcore-backup group list ${datastore}`,
  });
}

/** For filters by the name of a datastore of which things remain when it is gone. */
export async function requireDatastore(api: Api, name: string): Promise<void> {
  try {
    await api.datastore.get.query({ name });
  } catch (error) {
    if (isBackupError(error, 'DATASTORE_NOT_FOUND')) throw error;
  }
}

function noNamespace(place: string, datastore: string): BackupError {
  return new BackupError('NAMESPACE_NOT_FOUND', `There is no namespace ${place}.`, {
    hint: `List them: ironcore-backup namespace list ${datastore}`,
  });
}
