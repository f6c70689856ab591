import { BackupError, isBackupError } from '#domain/errors.ts';
import { type QueuedTaskKind, TASK_KINDS, type TaskPayload } from '#domain/task.ts';
import type { TaskRow } from '#drizzle/tasks.ts';
import { handleAuditVerify } from './audit-verify.ts';
import { handleAccept } from './datastore-accept.ts';
import { handleAdopt } from './datastore-adopt.ts';
import { handleAudit } from './datastore-audit.ts';
import { handleCreate } from './datastore-create.ts';
import { handleDrill } from './datastore-drill.ts';
import { handleDrillRoom } from './datastore-drill-room.ts';
import { handleGc, handleGcPreview } from './datastore-gc.ts';
import { handleInspect } from './datastore-inspect.ts';
import { handleMaintenance } from './datastore-maintenance.ts';
import { handleProbe } from './datastore-probe.ts';
import { handlePrune } from './datastore-prune.ts';
import { handleRemove } from './datastore-remove.ts';
import { handleRescan } from './datastore-rescan.ts';
import { handleVerify } from './datastore-verify.ts';
import { handleNamespaceCreate } from './namespace-create.ts';
import { handleNamespaceMove } from './namespace-move.ts';
import { handleNamespaceRemove } from './namespace-remove.ts';
import { handleForget } from './snapshot-forget.ts';
import { handleSnapshotMove } from './snapshot-move.ts';
import { handleSnapshotUpdate } from './snapshot-update.ts';
import { ownedBy, type TaskContext, type TaskHandler, type TaskOutcome } from './task-context.ts';
import { handleTrashEmpty } from './trash-empty.ts';
import { handleTrashRestore } from './trash-restore.ts';

/** One handler a task kind; the compiler misses none. */
const HANDLERS: { [K in QueuedTaskKind]: TaskHandler<K> } = {
  'datastore.inspect': handleInspect,
  'datastore.create': handleCreate,
  'datastore.adopt': handleAdopt,
  'datastore.probe': handleProbe,
  'datastore.accept': handleAccept,
  'datastore.rescan': handleRescan,
  'datastore.audit': handleAudit,
  'datastore.prune': handlePrune,
  'datastore.gc': handleGc,
  'datastore.gcPreview': handleGcPreview,
  'datastore.verify': handleVerify,
  'datastore.drill': handleDrill,
  'datastore.drillRoom': handleDrillRoom,
  'datastore.maintenance': handleMaintenance,
  'datastore.remove': handleRemove,
  'snapshot.forget': handleForget,
  'snapshot.update': handleSnapshotUpdate,
  'snapshot.move': handleSnapshotMove,
  'namespace.create': handleNamespaceCreate,
  'namespace.move': handleNamespaceMove,
  'namespace.remove': handleNamespaceRemove,
  'trash.restore': handleTrashRestore,
  'trash.empty': handleTrashEmpty,
  'audit.verify': handleAuditVerify,
};

/** Parses the payload of a row and hands it to the handler of its kind. */
export function runHandler(
  row: TaskRow,
  context: Omit<TaskContext<QueuedTaskKind>, 'payload'>,
): Promise<TaskOutcome> {
  const kind = row.kind as QueuedTaskKind;
  const schema = TASK_KINDS[kind].payload;
  if (!schema || !(kind in HANDLERS))
    throw new BackupError('INTERNAL', `Tasks of kind ${row.kind} are not queued.`);
  const payload = schema.parse(row.payload) as TaskPayload<typeof kind>;
  const handler = HANDLERS[kind] as TaskHandler<typeof kind>;
  const all = { ...context, payload } as TaskContext<typeof kind>;
  return USES_CONTENT.has(kind) ? asOperation(all, TASK_KINDS[kind].title, handler) : handler(all);
}

/** Work on what a datastore holds (an audit registers itself): removal is refused while it runs, maintenance waits for it, going offline ends it. */
const USES_CONTENT = new Set<QueuedTaskKind>([
  'datastore.rescan',
  'datastore.prune',
  'datastore.gc',
  'datastore.gcPreview',
  'datastore.verify',
  'datastore.drill',
  'snapshot.forget',
  'snapshot.update',
  'snapshot.move',
  'namespace.create',
  'namespace.move',
  'namespace.remove',
  'trash.restore',
  'trash.empty',
]);

async function asOperation(
  context: TaskContext<QueuedTaskKind>,
  title: string,
  handler: TaskHandler<QueuedTaskKind>,
): Promise<TaskOutcome> {
  const { datastoreId } = context.payload as { datastoreId: string };
  using operation = ownedBy({ ...context, payload: { datastoreId } }).begin(
    `${title}, task ${context.taskId}`,
  );
  try {
    return await handler({ ...context, signal: AbortSignal.any([context.signal, operation.signal]) });
  } catch (error) {
    // Why the datastore went away says more than what a call met on one that is gone.
    if (operation.signal.aborted && isBackupError(error, 'STORAGE_UNREACHABLE'))
      throw operation.signal.reason;
    throw error;
  }
}
