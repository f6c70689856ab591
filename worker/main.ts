import { flushCompileCache } from 'node:module';
import '#drizzle/commonjs-build.ts';
import { readWorkerConfig, type WorkerConfig } from './env.ts';
import { makeLogger } from './logger.ts';
import type { RunningWorker } from './start-worker.ts';

// Imported only now, when the build of drizzle-orm to load is settled.
const { startWorker } = await import('./start-worker.ts');

/** How long the rest of an orderly stop may take: by default seven seconds in all, and `npm start` waits for eight. */
const AFTER_DRAIN_MS = 4000;

/** The process of a storage worker: starts it, and stops it in order when it is told to. */

async function main(): Promise<void> {
  const log = makeLogger('worker');
  const config = readConfig();
  let worker: RunningWorker | null = null;
  let stopping = false;
  async function shutdown(status: number): Promise<void> {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(status || 1), config.gateway.drainMs + AFTER_DRAIN_MS).unref();
    await worker?.stop();
    process.exit(status);
  }
  process.on('SIGTERM', () => void shutdown(0));
  process.on('SIGINT', () => void shutdown(0));
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'unhandled rejection'));
  worker = await startWorker(config, log, () => void shutdown(1));
  flushCompileCache(); // not only at the end, which may come by force
}

/** What cannot be used is told in one line, not as a failure of the program. */
function readConfig(): WorkerConfig {
  try {
    return readWorkerConfig();
  } catch (error) {
    process.stderr.write(`Cannot start: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

await main();
