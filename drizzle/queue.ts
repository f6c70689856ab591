import { sql } from 'drizzle-orm';
import { fromDrizzle, PgBoss } from 'pg-boss';
import type { Transaction } from './client.ts';

/**
 * Dispatch of tasks to workers: the only file that knows pg-boss. A job carries nothing but the id of a task
 * row, which is what everybody else sees. One queue a datastore, worked by its owner, and one for work that
 * any worker can do.
 */

export const SYSTEM_QUEUE = 'system';

export function datastoreQueue(datastoreId: string): string {
  return `datastore.${datastoreId}`;
}

interface JobData {
  taskId: string;
}

/** A worker that is silent for this long has lost the job; pg-boss allows no less. */
const HEARTBEAT_SECONDS = 10;
const HEARTBEAT_REFRESH_SECONDS = 3;
/** The longest that pg-boss allows for one attempt. */
const EXPIRE_SECONDS = 24 * 3600 - 1;
/** How often a task is started before it is given up. */
export const ATTEMPTS_MAX = 6;
const POLL_SECONDS = 2;
const SUPERVISE_SECONDS = 5;

export interface Queue {
  /** Makes sure that a queue exists; cheap when it does. */
  ensure(queue: string): Promise<void>;
  /** Sends a task in the caller's transaction: both are there or neither. */
  send(tx: Transaction, queue: string, taskId: string): Promise<void>;
  /** Works a queue until the function that is returned is called. `signal` aborts when the job is cancelled. */
  work(
    queue: string,
    parallel: number,
    run: (taskId: string, signal: AbortSignal) => Promise<void>,
  ): Promise<() => Promise<void>>;
  remove(queue: string): Promise<void>;
  stop(options: { timeoutMs: number }): Promise<void>;
}

export interface QueueOptions {
  url: string;
  /** Looks after expired jobs and lost workers; the console leaves that to the workers. */
  supervise: boolean;
  onError: (error: Error) => void;
}

export async function openQueue(options: QueueOptions): Promise<Queue> {
  const boss = new PgBoss({
    connectionString: options.url,
    application_name: 'ironcore-backup queue',
    max: 4,
    schedule: false,
    supervise: options.supervise,
    superviseIntervalSeconds: SUPERVISE_SECONDS,
    monitorIntervalSeconds: SUPERVISE_SECONDS,
    useListenNotify: options.supervise,
  });
  boss.on('error', options.onError);
  await boss.start();
  const ensured = new Set<string>();
  return {
    async ensure(queue) {
      if (ensured.has(queue)) return;
      await boss.createQueue(queue, {
        heartbeatSeconds: HEARTBEAT_SECONDS,
        expireInSeconds: EXPIRE_SECONDS,
        retryLimit: ATTEMPTS_MAX - 1,
        retryDelay: 1,
        notify: true,
      });
      ensured.add(queue);
    },
    async send(tx, queue, taskId) {
      const data: JobData = { taskId };
      await boss.send(queue, data, { db: fromDrizzle(tx, sql) });
    },
    async work(queue, parallel, run) {
      const settings = {
        localConcurrency: parallel,
        pollingIntervalSeconds: POLL_SECONDS,
        notifyPollingIntervalSeconds: POLL_SECONDS,
        heartbeatRefreshSeconds: HEARTBEAT_REFRESH_SECONDS,
      };
      await boss.work<JobData>(queue, settings, async (jobs) => {
        for (const job of jobs) await run(job.data.taskId, job.signal);
      });
      return () => boss.offWork(queue);
    },
    async remove(queue) {
      ensured.delete(queue);
      await boss.deleteQueue(queue);
    },
    async stop({ timeoutMs }) {
      await boss.stop({ graceful: true, timeout: timeoutMs });
    },
  };
}
