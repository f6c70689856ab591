import type { IncomingMessage } from 'node:http';
import { isRefusal } from '#domain/audit-log.ts';
import { isBackupError } from '#domain/errors.ts';
import type { GatewayCaller } from './authenticate.ts';
import type { GatewayContext } from './gateway-context.ts';
import { splitTarget } from './parameters.ts';

const SUBJECT_MAX = 200;

/** What a client may not do goes to the audit log; then the failure goes on. */
export async function noteRefusal(
  context: GatewayContext,
  caller: GatewayCaller,
  request: IncomingMessage,
  error: unknown,
): Promise<never> {
  if (isBackupError(error) && isRefusal(error.code)) {
    const { path } = splitTarget(request.url ?? '');
    await context.refusals.note({
      principal: caller.principal,
      source: request.socket.remoteAddress ?? '',
      action: 'gateway.request',
      subject: `${request.method ?? 'GET'} ${path}`.slice(0, SUBJECT_MAX),
      code: error.code,
      detail: { message: error.message },
    });
  }
  throw error;
}
