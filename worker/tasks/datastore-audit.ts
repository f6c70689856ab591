import { BackupError } from '#domain/errors.ts';
import { countOf } from '#domain/units.ts';
import { announce } from '#drizzle/changes.ts';
import { type AuditReport, auditDatastore } from '#engine/audit/audit-datastore.ts';
import { Findings } from '#engine/audit/findings.ts';
import type { ChunkCount } from '#engine/chunks/chunk-tally.ts';
import type { Datastore } from '#engine/datastore.ts';
import { auditCapacity, auditFigures } from '../audit/figures-audit.ts';
import { auditIdle } from '../audit/idle-audit.ts';
import { auditOwner } from '../audit/owner-audit.ts';
import { RecordAudit } from '../audit/record-audit.ts';
import { TaskAudit } from '../audit/task-audit.ts';
import { auditTrashRecords } from '../audit/trash-record-audit.ts';
import { noteDamage } from '../catalog/damaged-chunks.ts';
import type { OwnedDatastore } from '../owned-datastore.ts';
import { noteFindings, outcomeWords } from './audit-findings.ts';
import { ownedBy, type TaskContext, type TaskHandler, type TaskOutcome } from './task-context.ts';

type AuditContext = TaskContext<'datastore.audit'>;

/** Checks what must always hold. Findings of the severity error fail the task. */
export const handleAudit: TaskHandler<'datastore.audit'> = async (context) => {
  const owned = ownedBy(context);
  using operation = owned.begin('audit');
  const signal = AbortSignal.any([context.signal, operation.signal]);
  const store = owned.reader();
  const findings = new Findings(({ severity, where, what }) => context.log(severity, `${where}: ${what}`));
  await auditOwner(context.worker.db, owned.id, store, findings);
  const report = await auditFiles({ ...context, signal }, owned, store, findings);
  await auditRecords({ ...context, signal }, owned, store, findings);
  await announce(context.worker.db, 'content', owned.id, owned.id);
  const { errors, warnings } = findings;
  return outcomeOf({ ...report, errors, warnings, deep: context.payload.deep });
};

/** What the files tell, and whether the record says the same of their number. */
function auditFiles(
  { worker, payload, signal, progress }: AuditContext,
  owned: OwnedDatastore,
  store: Datastore,
  findings: Findings,
): Promise<AuditReport> {
  const damagedBefore = store.damaged.size;
  return auditDatastore(store, {
    ...{ deep: payload.deep, signal, report: progress, findings },
    looked: noteFindings(worker.db, owned.id),
    damaged: (place) => noteDamage(worker, owned, store, place),
    counted: async (count: ChunkCount) => {
      // What was set aside while we counted may have been seen or not.
      if (store.damaged.size === damagedBefore) await auditFigures(worker.db, owned, count, findings);
    },
  });
}

/** What the database and the worker itself tell. */
async function auditRecords(
  { worker, signal, progress }: AuditContext,
  owned: OwnedDatastore,
  store: Datastore,
  findings: Findings,
): Promise<void> {
  await new RecordAudit(worker.db, owned.id, store, { signal, report: progress }).run(findings);
  await auditTrashRecords(worker.db, owned.id, store, { findings, signal });
  await auditCapacity(worker.db, owned, findings);
  await new TaskAudit(worker.db, owned.id, findings).run(signal);
  await auditIdle(owned, store, findings, signal);
}

function outcomeOf(report: AuditReport & { deep: boolean }): TaskOutcome {
  const looked = `${countOf(report.snapshots, 'snapshot')}, ${countOf(report.chunks, 'chunk')}`;
  const outcome = outcomeWords(report, looked);
  if (report.errors === 0) return { outcome, result: report };
  const failure = new BackupError('DATA_CORRUPT', outcome, { hint: 'The log names each of them.' });
  return { outcome, result: report, failure };
}
