import { serveAuditExport } from '#server/trpc/serve-audit-export.ts';

export const dynamic = 'force-dynamic';
export { serveAuditExport as GET };
