import { eq } from 'drizzle-orm';
import { BackupError } from '#domain/errors.ts';
import type { DatastoreName } from '#domain/ids.ts';
import { TASK_KINDS } from '#domain/task.ts';
import { whyNotAgain } from '#domain/task-again.ts';
import { task } from '#drizzle/schema/task.ts';
import type { TaskRow } from '#drizzle/tasks.ts';
import { requireSession } from '../../auth/require-privilege.ts';
import { requireVisible } from '../../auth/visible-tasks.ts';
import { verifyAudit } from '../audit/verify-audit.ts';
import type { ServiceContext } from '../context.ts';
import {
  auditDatastore,
  collectGarbage,
  probeDatastore,
  rescanDatastore,
  verifyDatastore,
} from '../datastore/datastore-tasks.ts';
import { runDrill } from '../drill/run-drill.ts';
import { createNamespace } from '../namespace/create-namespace.ts';
import { moveNamespace } from '../namespace/move-namespace.ts';
import { moveGroup } from '../snapshot/move-group.ts';
import { updateSnapshot } from '../snapshot/update-snapshot.ts';

/** Sends the wish of a task that has ended once more: a new task, for which the rights are asked anew. */
export async function retryTask(context: ServiceContext, input: { id: string }): Promise<{ taskId: string }> {
  await requireSession(context);
  const [found] = await context.db.select().from(task).where(eq(task.id, input.id));
  const row = await requireVisible(context, found, input.id);
  const why = whyNotAgain(row);
  if (why !== null) throw notRepeatable(row, why);
  return startAgain(context, row);
}

function startAgain(context: ServiceContext, row: TaskRow): Promise<{ taskId: string }> {
  const name = row.datastoreName as DatastoreName;
  switch (row.kind) {
    case 'datastore.probe':
      return probeDatastore(context, { name, acceptMount: false });
    case 'datastore.rescan':
      return rescanDatastore(context, { name });
    case 'datastore.audit': {
      const { deep } = TASK_KINDS[row.kind].payload.parse(row.payload);
      return auditDatastore(context, { name, deep });
    }
    case 'datastore.gc': {
      const { graceMinutes, stopPercent } = TASK_KINDS[row.kind].payload.parse(row.payload);
      return collectGarbage(context, { name, graceMinutes, stopPercent }, { preview: false });
    }
    case 'datastore.gcPreview': {
      const { graceMinutes } = TASK_KINDS[row.kind].payload.parse(row.payload);
      return collectGarbage(context, { name, graceMinutes, stopPercent: null }, { preview: true });
    }
    case 'datastore.verify': {
      // A run by hand has no end.
      const { datastoreId: _, until: _until, ...wish } = TASK_KINDS[row.kind].payload.parse(row.payload);
      return verifyDatastore(context, { name, ...wish });
    }
    case 'datastore.drill': {
      const { datastoreId: _, onBehalfOf: __, ...wish } = TASK_KINDS[row.kind].payload.parse(row.payload);
      return runDrill(context, { name, ...wish });
    }
    case 'namespace.create': {
      const { namespace } = TASK_KINDS[row.kind].payload.parse(row.payload);
      return createNamespace(context, { datastore: name, ...splitNamespace(namespace) });
    }
    case 'snapshot.update': {
      const { snapshot, notes, protected: isProtected } = TASK_KINDS[row.kind].payload.parse(row.payload);
      return updateSnapshot(context, { ...snapshot, notes, protected: isProtected });
    }
    case 'snapshot.move': {
      const { group, from, to, merge } = TASK_KINDS[row.kind].payload.parse(row.payload);
      const place = { datastore: name, ...group };
      const wish = { source: { ...place, namespace: from }, destination: { ...place, namespace: to }, merge };
      return moveGroup(context, wish);
    }
    case 'namespace.move': {
      const { from, to } = TASK_KINDS[row.kind].payload.parse(row.payload);
      return moveNamespace(context, { datastore: name, namespace: from, destination: to });
    }
    case 'audit.verify':
      return verifyAudit(context, TASK_KINDS[row.kind].payload.parse(row.payload));
    default:
      throw notRepeatable(row, 'Nobody has said how.');
  }
}

function splitNamespace(path: string) {
  const at = path.lastIndexOf('/');
  return { parent: path.slice(0, Math.max(at, 0)) as never, name: path.slice(at + 1) };
}

function notRepeatable({ kind }: TaskRow, why: string): BackupError {
  const title = TASK_KINDS[kind].title;
  return new BackupError('TASK_NOT_REPEATABLE', `“${title}” cannot be run again.`, { hint: why });
}
