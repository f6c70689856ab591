import { BackupError } from '#domain/errors.ts';
import { formatGroupPath, formatSnapshotPath, type NamespacePath } from '#domain/ids.ts';
import { contentDigest, type NamespaceContent } from '#domain/namespace-content.ts';
import { type AclPath, datastorePath } from '#domain/permissions.ts';
import type { LogLevel, TaskProgress } from '#domain/task.ts';
import { formatTrashItem } from '#domain/trash.ts';
import { countOf } from '#domain/units.ts';
import { announce } from '#drizzle/changes.ts';
import type { Datastore } from '#engine/datastore.ts';
import { parentOf } from '#engine/hierarchy/namespaces.ts';
import { removeNamespace } from '#engine/hierarchy/remove-namespace.ts';
import { finishRemoval, removedNamespaces } from '#engine/trash/removed-namespaces.ts';
import { type Forgotten, forgetNamespace } from './catalog/forget-namespace.ts';
import { recordTrashed, trashNoteOf } from './catalog/trash-rows.ts';
import type { OwnedDatastore } from './owned-datastore.ts';
import type { WorkerContext } from './worker-context.ts';

export interface NamespaceWish {
  namespace: NamespacePath;
  withContent: boolean;
  includeProtected: boolean;
  /** Of the content that was agreed to; null for whatever is in it. */
  digest: string | null;
  /** Who wants it, and where that may remove things at this moment. */
  by: string;
  mayModify: (path: AclPath) => boolean;
}

export interface RemovedContent extends Forgotten {
  /** It was gone before; the numbers are of what was left to do. */
  wasGone: boolean;
  /** Below it. */
  namespaces: number;
  groups: number;
  snapshots: number;
  trashed: number;
}

interface Work {
  signal: AbortSignal;
  log: (level: LogLevel, text: string) => void;
  progress: (progress: TaskProgress) => void;
}

/**
 * Removes a namespace with what is in it, exactly as it was agreed to, and what hangs on it with it. After an interruption
 * it is called again and goes on.
 */
export async function removeNamespaceOf(
  { db }: Pick<WorkerContext, 'db'>,
  owned: OwnedDatastore,
  wish: NamespaceWish,
  work: Work,
): Promise<RemovedContent> {
  const store = owned.writer();
  const { namespace, by } = wish;
  let content: NamespaceContent = { namespaces: [namespace], snapshots: [] };
  let forgotten: Forgotten = { grants: 0, jobs: [] };
  work.progress({ phase: 'Content' });
  const removed = await removeNamespace(store, namespace, {
    trash: trashNoteOf(owned.row, by, 'forget'),
    check: async (found) => {
      requireRights(owned.name, found, wish);
      await requireAgreed(found, wish);
      work.signal.throwIfAborted();
      content = found;
    },
    gone: async () => {
      forgotten = await forgetNamespace(db, owned, namespace, by);
    },
  });
  const snapshots = content.snapshots.length;
  const trashed = await finish(store, namespace, work, async (item, count) => {
    work.log('info', `Moved ${formatTrashItem(item)} to the trash.`);
    work.progress({ phase: 'Trash', done: count, total: Math.max(snapshots, count), unit: 'snapshots' });
    await recordTrashed(db, store, owned.id, item);
  });
  if (trashed > 0) await announce(db, 'content', owned.id, owned.id);
  return {
    ...{ ...forgotten, wasGone: removed === null, namespaces: content.namespaces.length - 1 },
    groups: new Set(content.snapshots.map(({ ref }) => formatGroupPath(ref))).size,
    ...{ snapshots: Math.max(snapshots, trashed), trashed },
  };
}

/** Also what an attempt that was interrupted has left; how many came to the trash. */
async function finish(
  store: Datastore,
  namespace: NamespacePath,
  { signal, log }: Work,
  trashed: (item: Parameters<typeof formatTrashItem>[0], count: number) => Promise<void>,
): Promise<number> {
  let count = 0;
  for (const one of await removedNamespaces(store.backend)) {
    if (one.namespace !== namespace) continue;
    const isDone = await finishRemoval(store, one, {
      signal,
      trashed: (item) => {
        count += 1;
        return trashed(item, count);
      },
    });
    if (!isDone) log('warning', 'Some of it is in use, and comes to the trash with the next collection.');
  }
  return count;
}

/** Of what one may not see nothing is said but that it is there. */
function requireRights(
  datastore: string,
  { namespaces }: NamespaceContent,
  { namespace, mayModify }: NamespaceWish,
): void {
  const parent = datastorePath(datastore, parentOf(namespace));
  if (!mayModify(parent)) throw missing(parent);
  if (namespaces.every((path) => mayModify(datastorePath(datastore, path)))) return;
  throw missing(datastorePath(datastore, namespace), ' and on all below it');
}

function missing(path: AclPath, more = ''): BackupError {
  return new BackupError(
    'PRIVILEGE_MISSING',
    `permission check failed - missing Datastore.Modify on ${path}${more}`,
  );
}

async function requireAgreed(content: NamespaceContent, wish: NamespaceWish): Promise<void> {
  const { namespace, withContent, includeProtected, digest } = wish;
  const { snapshots } = content;
  if (digest !== null && (await contentDigest(content)) !== digest) {
    throw new BackupError('CONFLICTING_CHANGE', `What is in ${namespace} is not what was agreed to go.`, {
      hint: 'Something came, went or was protected meanwhile. Look at the plan again.',
    });
  }
  if (!withContent && snapshots.length > 0) {
    throw new BackupError(
      'NAMESPACE_NOT_EMPTY',
      `${namespace} holds ${countOf(snapshots.length, 'snapshot')}.`,
      {
        hint: 'Move or forget them first, or remove it with its content.',
      },
    );
  }
  const kept = includeProtected ? [] : snapshots.filter((one) => one.protected);
  if (kept[0]) {
    const name = formatSnapshotPath(kept[0].ref);
    const words =
      kept.length === 1
        ? `${name} is protected.`
        : `${countOf(kept.length, 'snapshot')} are protected, such as ${name}.`;
    throw new BackupError('SNAPSHOT_PROTECTED', words, {
      hint: 'Lift the protection first, or agree that protected ones go as well.',
    });
  }
}
