import { isBackupError } from '#domain/errors.ts';
import { parseNamespacePath } from '#domain/ids.ts';
import { must } from '#domain/result.ts';
import { announce } from '#drizzle/changes.ts';
import { createNamespace } from '#engine/hierarchy/namespaces.ts';
import { putNamespace } from '../catalog/write-catalog.ts';
import { ownedBy, type TaskHandler } from './task-context.ts';

export const handleNamespaceCreate: TaskHandler<'namespace.create'> = async (context) => {
  const owned = ownedBy(context);
  const store = owned.writer();
  const namespace = must(parseNamespacePath(context.payload.namespace));
  await createNamespace(store, namespace).catch((error) => {
    // A second attempt may find what the first one made but did not record.
    if (!context.retried || !isBackupError(error, 'NAMESPACE_EXISTS')) throw error;
  });
  await putNamespace(context.worker.db, owned.id, namespace);
  await announce(context.worker.db, 'content', owned.id, owned.id);
  return { outcome: `Namespace ${namespace} created in ${owned.name}.` };
};
