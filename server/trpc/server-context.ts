import type { Clock } from '#domain/clock.ts';
import { BackupError } from '#domain/errors.ts';
import { databaseError } from '#drizzle/client.ts';
import { getRuntime, type Runtime } from '../runtime.ts';
import type { ServiceContext } from '../services/context.ts';
import { requestContext } from './context.ts';

/** The way in from the routes of the console: the process's runtime, and a context for each request. */

const clock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };

export async function serverRuntime(): Promise<Runtime> {
  try {
    return await getRuntime(clock, (error) => logError('queue', error));
  } catch (error) {
    throw databaseError(error);
  }
}

export async function contextOf(request: Request): Promise<ServiceContext> {
  return requestContext(await serverRuntime(), request);
}

/** One JSON line on standard error, for the log of the service. */
export function logError(where: string, error: unknown, requestId = ''): void {
  const detail = error instanceof BackupError ? (error.detail ?? error.message) : error;
  const text = detail instanceof Error ? (detail.stack ?? detail.message) : String(detail);
  process.stderr.write(
    `${JSON.stringify({ level: 50, time: clock.now(), name: 'console', where, requestId, error: text })}\n`,
  );
}
