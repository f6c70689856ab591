import { BackupError } from '#domain/errors.ts';
import { countOf } from '#domain/units.ts';
import { announce } from '#drizzle/changes.ts';
import { auditDatastore } from '#engine/audit/audit-datastore.ts';
import { noteFindings, outcomeWords } from './audit-findings.ts';
import { ownedBy, type TaskHandler } from './task-context.ts';

/** Checks what must always hold. Findings of the severity error fail the task. */
export const handleAudit: TaskHandler<'datastore.audit'> = async (context) => {
  const owned = ownedBy(context);
  using operation = owned.begin('audit');
  const signal = AbortSignal.any([context.signal, operation.signal]);
  const { deep } = context.payload;
  const report = await auditDatastore(owned.reader(), {
    ...{ deep, signal, report: context.progress },
    looked: noteFindings(context.worker.db, owned.id),
  });
  await announce(context.worker.db, 'content', owned.id, owned.id);
  for (const finding of report.findings) context.log(finding.severity, `${finding.where}: ${finding.what}`);
  const looked = `${countOf(report.snapshots, 'snapshot')}, ${countOf(report.chunks, 'chunk')}`;
  if (report.errors > 0) {
    throw new BackupError('DATA_CORRUPT', outcomeWords(report, looked), {
      hint: 'The log names each of them.',
    });
  }
  return { outcome: `${looked}: all invariants hold.`, result: report };
};
