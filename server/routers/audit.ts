import { AuditExportInput, AuditListInput, AuditRowInput, AuditVerifyPayload } from '#domain/audit-log.ts';
import { auditChoices, auditStatus } from '../services/audit/audit-status.ts';
import { exportAudit } from '../services/audit/export-audit.ts';
import { getAudit, listAudit } from '../services/audit/list-audit.ts';
import { verifyAudit } from '../services/audit/verify-audit.ts';
import { procedure, router } from '../trpc/init.ts';

export const auditRouter = router({
  list: procedure.input(AuditListInput).query(({ ctx, input }) => listAudit(ctx, input)),
  get: procedure.input(AuditRowInput).query(({ ctx, input }) => getAudit(ctx, input)),
  status: procedure.query(({ ctx }) => auditStatus(ctx)),
  choices: procedure.query(({ ctx }) => auditChoices(ctx)),
  export: procedure.input(AuditExportInput).query(({ ctx, input }) => exportAudit(ctx, input)),
  verify: procedure.input(AuditVerifyPayload).mutation(({ ctx, input }) => verifyAudit(ctx, input)),
});
