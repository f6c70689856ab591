import { compareNames } from '#domain/natural-order.ts';
import { type AclPath, datastorePath } from '#domain/permissions.ts';
import { privilegeBelowFilter, requirePrivilegeBelow } from '../../auth/require-privilege.ts';
import { outcomeFilter } from '../../auth/visible-tasks.ts';
import type { ServiceContext } from '../context.ts';
import { type DatastoreView, viewDatastores } from './datastore-view.ts';

/** The datastores that the caller may see anything of, if only one of their namespaces; by name. */
export async function listDatastores(context: ServiceContext): Promise<DatastoreView[]> {
  await requirePrivilegeBelow(context, '/datastore', ...VISIBLE);
  const holdsBelow = await privilegeBelowFilter(context);
  const seesBelow = (path: AclPath) => holdsBelow(path, VISIBLE);
  const views = await viewDatastores(context, { hearsOutcome: await outcomeFilter(context), seesBelow });
  return views
    .filter((view) => seesBelow(datastorePath(view.name)))
    .sort((a, b) => compareNames(a.name, b.name));
}

/** Any of these makes a datastore visible. */
export const VISIBLE = ['Datastore.Audit', 'Datastore.Read', 'Datastore.Backup', 'Datastore.Modify'] as [
  'Datastore.Audit',
  'Datastore.Read',
  'Datastore.Backup',
  'Datastore.Modify',
];
