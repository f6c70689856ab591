import { Readable } from 'node:stream';
import { BackupError } from '#domain/errors.ts';
import { BrowseInput } from '#domain/snapshot.ts';
import type { ServiceContext } from '../services/context.ts';
import { downloadFile } from '../services/snapshot/download-file.ts';
import { noteRefusedCall } from './audit-refusal.ts';
import { errorResponse } from './error-response.ts';
import { contextOf } from './server-context.ts';

/** One file or directory out of a snapshot, streamed through from the gateway. */
export async function serveDownload(request: Request): Promise<Response> {
  let context: ServiceContext | null = null;
  try {
    const query = queryOf(request);
    const input = BrowseInput.safeParse({ ...query, time: Number(query.time) });
    if (!input.success)
      throw new BackupError('INPUT_INVALID', input.error.issues[0]?.message ?? 'Bad request.');
    context = await contextOf(request);
    const source = await downloadFile(context, input.data);
    const headers = new Headers({ 'content-type': 'application/octet-stream', 'cache-control': 'no-store' });
    for (const name of ['content-disposition', 'content-length'] as const) {
      const value = source.headers[name];
      if (value) headers.set(name, value);
    }
    return new Response(Readable.toWeb(source) as ReadableStream<Uint8Array>, { headers });
  } catch (error) {
    const call = {
      path: 'snapshot.download',
      type: 'query',
      readInput: async () => queryOf(request),
    } as const;
    if (context && error instanceof BackupError) await noteRefusedCall(context, call, error);
    return errorResponse(error);
  }
}

function queryOf(request: Request): Record<string, string> {
  return Object.fromEntries(new URL(request.url).searchParams);
}
