import { formatGroupPath, type GroupRef } from '#domain/ids.ts';
import type { GroupScope } from '#domain/scope.ts';
import type { ObjectBackend } from '../backends/backend.ts';
import { listGroups, noGroup } from './groups.ts';
import { listNamespaces, namespaceExists, noNamespace } from './namespaces.ts';

/** The groups of a scope as they are in the datastore; none where what it names is not there. */
export async function listInScope(
  backend: ObjectBackend,
  { namespace, depth, group }: GroupScope,
): Promise<GroupRef[]> {
  const namespaces = await listNamespaces(backend, namespace, group ? 0 : (depth ?? undefined));
  const groups: GroupRef[] = [];
  for (const path of namespaces) groups.push(...(await listGroups(backend, path)));
  if (group === null) return groups;
  const wanted = formatGroupPath({ namespace, ...group });
  return groups.filter((one) => formatGroupPath(one) === wanted);
}

/** NAMESPACE_NOT_FOUND or GROUP_NOT_FOUND for a scope in which `groups` were found. */
export async function requireInScope(
  backend: ObjectBackend,
  { namespace, group }: GroupScope,
  groups: readonly GroupRef[],
): Promise<void> {
  if (!(await namespaceExists(backend, namespace))) throw noNamespace(namespace);
  if (group && groups.length === 0) throw noGroup({ namespace, ...group });
}
