import { AuditExportInput } from '#domain/audit-log.ts';
import { BackupError } from '#domain/errors.ts';
import { exportAudit } from '../services/audit/export-audit.ts';
import type { ServiceContext } from '../services/context.ts';
import { noteRefusedCall } from './audit-refusal.ts';
import { errorResponse } from './error-response.ts';
import { contextOf, logError } from './server-context.ts';

const PAGE = 2000;

/** The audit log, or what a filter leaves of it, as JSON lines: a page in memory at a time. */
export async function serveAuditExport(request: Request): Promise<Response> {
  let context: ServiceContext | null = null;
  try {
    const query = Object.fromEntries(new URL(request.url).searchParams);
    const input = AuditExportInput.safeParse({ ...query, limit: PAGE, after: 0 });
    if (!input.success)
      throw new BackupError('INPUT_INVALID', input.error.issues[0]?.message ?? 'Bad request.');
    context = await contextOf(request);
    return new Response(await linesOf(context, input.data), {
      headers: {
        'content-type': 'application/jsonl; charset=utf-8',
        'content-disposition': 'attachment; filename="audit.jsonl"',
        'cache-control': 'no-store',
      },
    });
  } catch (error) {
    const call = { path: 'audit.export', type: 'query', readInput: async () => null } as const;
    if (context && error instanceof BackupError) await noteRefusedCall(context, call, error);
    return errorResponse(error);
  }
}

/** With the first page at hand, so that a refusal is an answer; what fails later cuts the body off. */
async function linesOf(
  context: ServiceContext,
  input: AuditExportInput,
): Promise<ReadableStream<Uint8Array>> {
  let page = await exportAudit(context, input);
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      if (page.rows.length > 0) {
        controller.enqueue(encoder.encode(page.rows.map((row) => `${JSON.stringify(row)}\n`).join('')));
      }
      if (page.after === null) return controller.close();
      try {
        page = await exportAudit(context, { ...input, after: page.after });
      } catch (error) {
        logError('audit export', error, context.requestId);
        controller.error(error);
      }
    },
  });
}
