import type { NamespacePath } from '#domain/ids.ts';
import type { NamespaceGetInput } from '#domain/namespace.ts';
import { isWithin } from '#domain/namespace.ts';
import { datastorePath } from '#domain/permissions.ts';
import { isInScope } from '#domain/scope.ts';
import { privilegeFilter, requirePrivilegeBelow } from '../../auth/require-privilege.ts';
import { type AclView, listAcl } from '../acl/list-acl.ts';
import type { ServiceContext } from '../context.ts';
import { VISIBLE } from '../datastore/list-datastores.ts';
import { namespaceMissing } from '../find-namespace.ts';
import { requireVisibleNamespace } from '../require-visible-namespace.ts';
import { listNamespaces, type NamespaceView } from './list-namespaces.ts';
import { jobsFor, type NamespaceJob, seesGrants } from './namespace-hangs.ts';

export interface NamespaceDetail extends NamespaceView {
  /** Of those below it that the caller may see, all together. */
  below: { namespaces: NamespacePath[]; groupCount: number; snapshotCount: number; logicalBytes: number };
  /** When a garbage collection has last looked who uses the space; null for never. */
  spaceUseAt: Date | null;
  /** Entries on it, and those above it that count on it; null for whoever may not see them. */
  grants: AclView[] | null;
  /** Jobs of the datastore that look after it. */
  jobs: NamespaceJob[];
}

/** Everything about one namespace. */
export async function getNamespace(
  context: ServiceContext,
  input: NamespaceGetInput,
): Promise<NamespaceDetail> {
  await requirePrivilegeBelow(context, datastorePath(input.datastore), ...VISIBLE);
  const row = await requireVisibleNamespace(context, input);
  const all = await listNamespaces(context, input);
  const view = all.find(({ path }) => path === input.namespace);
  if (!view) throw namespaceMissing(row.name, input.namespace);
  const below = all.filter((one) => one.path !== view.path && isWithin(one.path, view.path));
  const path = datastorePath(row.name, input.namespace);
  const sum = (of: (one: NamespaceView) => number) => below.reduce((total, one) => total + of(one), 0);
  return {
    ...view,
    below: {
      namespaces: below.map(({ path }) => path),
      groupCount: sum((one) => one.groupCount),
      snapshotCount: sum((one) => one.snapshotCount),
      logicalBytes: sum((one) => one.logicalBytes),
    },
    spaceUseAt: row.spaceUseAt,
    grants: seesGrants(await privilegeFilter(context), path) ? await listAcl(context, { path }) : null,
    jobs: await jobsFor(context.db, row, (scope) => isInScope(input.namespace, { ...scope, group: null })),
  };
}
