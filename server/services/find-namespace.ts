import { and, eq } from 'drizzle-orm';
import { BackupError } from '#domain/errors.ts';
import type { NamespacePath } from '#domain/ids.ts';
import type { Executor } from '#drizzle/client.ts';
import { namespace } from '#drizzle/schema/snapshot.ts';
import type { DatastoreRow } from './find-datastore.ts';

/** NAMESPACE_NOT_FOUND when the catalog has no such namespace; the root is always there. */
export async function requireNamespace(
  db: Executor,
  row: Pick<DatastoreRow, 'id' | 'name'>,
  path: NamespacePath,
): Promise<void> {
  if (!(await hasNamespace(db, row.id, path))) throw namespaceMissing(row.name, path);
}

export async function hasNamespace(db: Executor, id: string, path: NamespacePath): Promise<boolean> {
  const isIt = and(eq(namespace.datastoreId, id), eq(namespace.path, path));
  return path === '' || (await db.$count(namespace, isIt)) > 0;
}

export function namespaceMissing(datastore: string, path: NamespacePath, field = 'namespace'): BackupError {
  return new BackupError('NAMESPACE_NOT_FOUND', `There is no namespace ${datastore}:${path}.`, {
    field,
    hint: `List them: ironcore-backup namespace list ${datastore}`,
  });
}
