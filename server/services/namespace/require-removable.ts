import { eq } from 'drizzle-orm';
import { BackupError } from '#domain/errors.ts';
import type { NamespacePath } from '#domain/ids.ts';
import { isWithin, type NamespacePlanInput } from '#domain/namespace.ts';
import { datastorePath } from '#domain/permissions.ts';
import { namespace } from '#drizzle/schema/snapshot.ts';
import { privilegeFilter, requirePrivilege, requirePrivilegeBelow } from '../../auth/require-privilege.ts';
import type { ServiceContext } from '../context.ts';
import { VISIBLE } from '../datastore/list-datastores.ts';
import type { DatastoreRow } from '../find-datastore.ts';
import { requireVisibleNamespace } from '../require-visible-namespace.ts';

/**
 * The datastore of a namespace that the caller may remove with all below it: NAMESPACE_NOT_FOUND when they may not see it,
 * PRIVILEGE_MISSING when its parent, itself or one below it is not theirs to change.
 */
export async function requireRemovable(
  context: ServiceContext,
  input: NamespacePlanInput,
): Promise<DatastoreRow> {
  await requirePrivilegeBelow(context, datastorePath(input.datastore), ...VISIBLE);
  const row = await requireVisibleNamespace(context, input);
  const parent = input.namespace.split('/').slice(0, -1).join('/') as NamespacePath;
  await requirePrivilege(context, datastorePath(row.name, parent), 'Datastore.Modify');
  const holds = await privilegeFilter(context);
  const rows = await context.db.select().from(namespace).where(eq(namespace.datastoreId, row.id));
  const going = rows.filter(({ path }) => isWithin(path, input.namespace));
  if (going.every(({ path }) => holds(datastorePath(row.name, path), 'Datastore.Modify'))) return row;
  // Of what one may not see nothing is said but that it is there.
  const path = datastorePath(row.name, input.namespace);
  throw new BackupError(
    'PRIVILEGE_MISSING',
    `You need Datastore.Modify on ${path} and everything below it.`,
    {
      hint: 'Ask an administrator to remove it.',
      needs: { anyOf: ['Datastore.Modify'], path },
    },
  );
}
