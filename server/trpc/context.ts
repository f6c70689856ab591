import { randomUUID } from 'node:crypto';
import { resolveCaller } from '../auth/caller.ts';
import type { Runtime } from '../runtime.ts';
import type { ServiceContext } from '../services/context.ts';

/** The context of one request. `address` as the connection says; a proxy's header counts only from loopback. */
export async function requestContext(
  runtime: Runtime,
  request: Request,
  address = '',
): Promise<ServiceContext> {
  const source = address || request.headers.get('x-forwarded-for')?.split(',')[0]?.trim() || '';
  const callerNow = () => resolveCaller(runtime, request.headers, source);
  return {
    runtime,
    db: runtime.db,
    queue: runtime.queue,
    hub: runtime.hub,
    clock: runtime.clock,
    caller: await callerNow(),
    callerNow,
    source,
    requestId: newRequestId(),
    signal: AbortSignal.any([request.signal, runtime.stopping]),
    cache: {},
  };
}

/** Short enough to be read out, and told apart in the log of a day. */
export function newRequestId(): string {
  return randomUUID().slice(0, 8);
}
