import { and, eq } from 'drizzle-orm';
import { BackupError } from '#domain/errors.ts';
import type { NamespacePath } from '#domain/ids.ts';
import type { Executor } from '#drizzle/client.ts';
import { namespace } from '#drizzle/schema/snapshot.ts';
import type { DatastoreRow } from './find-datastore.ts';

/** NAMESPACE_NOT_FOUND when the catalog has no such namespace; the root is always there. */
export async function requireNamespace(
  db: Executor,
  { id, name }: Pick<DatastoreRow, 'id' | 'name'>,
  path: NamespacePath,
): Promise<void> {
  if (path === '') return;
  const found = await db.$count(namespace, and(eq(namespace.datastoreId, id), eq(namespace.path, path)));
  if (found > 0) return;
  throw new BackupError('NAMESPACE_NOT_FOUND', `There is no namespace ${name}:${path}.`, {
    field: 'namespace',
    hint: `List them: ironcore-backup namespace list ${name}`,
  });
}
