import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { BackupError } from '#domain/errors.ts';
import { type PackedError, unpackError } from './packed-error.ts';

/**
 * Worker threads that answer one question at a time. The event loop only hands questions out, so it stays free for
 * the network. Callers bound how much they ask at once; the queue here is not bounded.
 */

/** In place of a job: there are no more. */
export const LEAVE = null;

export type ThreadReply<Answer> = { ok: true; answer: Answer } | { ok: false; error: PackedError };

interface Waiting<Job, Answer> {
  job: Job;
  move: ArrayBuffer[];
  resolve: (answer: Answer) => void;
  reject: (error: BackupError) => void;
}

interface Thread<Job, Answer> {
  worker: Worker;
  current: Waiting<Job, Answer> | null;
}

export class ThreadPool<Job, Answer> {
  readonly size: number;
  readonly #script: URL;
  readonly #workerData: unknown;
  readonly #threads: Thread<Job, Answer>[] = [];
  readonly #queue: Waiting<Job, Answer>[] = [];
  #closed = false;

  /** `script` calls `serveThread`. */
  constructor(script: URL, size: number, workerData: unknown = null) {
    this.#script = script;
    this.#workerData = workerData;
    this.size = size;
    for (let count = 0; count < size; count += 1) this.#threads.push(this.#start());
  }

  /** `move`: memory of the job that goes over to the thread instead of being copied. */
  run(job: Job, move: ArrayBuffer[] = []): Promise<Answer> {
    if (this.#closed) return Promise.reject(stopping());
    return new Promise((resolve, reject) => {
      this.#queue.push({ job, move, resolve, reject });
      this.#dispatch();
    });
  }

  /**
   * Lets every thread finish the job it has, then ends it. Never `terminate()`: a thread that is stopped inside of a
   * native call, or while it loads native code, takes the whole process with it.
   */
  async close(): Promise<void> {
    this.#closed = true;
    for (const waiting of this.#queue.splice(0)) waiting.reject(stopping());
    await Promise.all(this.#threads.map(({ worker }) => ended(worker)));
  }

  #start(): Thread<Job, Answer> {
    const worker = new Worker(this.#script, { workerData: this.#workerData, trackUnmanagedFds: false });
    worker.unref();
    const thread: Thread<Job, Answer> = { worker, current: null };
    worker.on('message', (reply: ThreadReply<Answer>) => this.#finish(thread, reply));
    worker.on('error', (error) => this.#lost(thread, error));
    worker.on('exit', () => this.#lost(thread, new Error('the thread ended')));
    return thread;
  }

  #dispatch(): void {
    for (const thread of this.#threads) {
      if (thread.current !== null) continue;
      const next = this.#queue.shift();
      if (!next) return;
      this.#give(thread, next);
    }
  }

  #give(thread: Thread<Job, Answer>, next: Waiting<Job, Answer>): void {
    try {
      thread.worker.postMessage(next.job, next.move);
      thread.current = next;
      thread.worker.ref();
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      next.reject(
        new BackupError('INTERNAL', 'A job could not be handed to a thread.', { detail, cause: error }),
      );
    }
  }

  #finish(thread: Thread<Job, Answer>, reply: ThreadReply<Answer>): void {
    const waiting = thread.current;
    thread.current = null;
    if (!this.#closed) thread.worker.unref();
    this.#dispatch();
    if (reply.ok) waiting?.resolve(reply.answer);
    else waiting?.reject(unpackError(reply.error));
  }

  /** A thread that died takes one job with it; its place is filled again. */
  #lost(thread: Thread<Job, Answer>, error: Error): void {
    const at = this.#threads.indexOf(thread);
    if (at < 0) return;
    const detail = error.message;
    thread.current?.reject(new BackupError('INTERNAL', 'A worker thread stopped.', { detail, cause: error }));
    if (this.#closed) {
      this.#threads.splice(at, 1);
      return;
    }
    this.#threads[at] = this.#start();
    this.#dispatch();
  }
}

async function ended(worker: Worker): Promise<void> {
  worker.ref();
  const exit = once(worker, 'exit').catch(() => {}); // an error is heard elsewhere, and is an end too
  worker.postMessage(LEAVE);
  await exit;
}

function stopping(): BackupError {
  return new BackupError('SHUTTING_DOWN', 'The work was stopped.');
}
