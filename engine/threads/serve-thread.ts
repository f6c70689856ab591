import { flushCompileCache } from 'node:module';
import { parentPort } from 'node:worker_threads';
import { packError } from './packed-error.ts';
import { LEAVE, type ThreadReply } from './thread-pool.ts';

/** The other end of a `ThreadPool`: answers one job after the other. `move`: memory of an answer that goes over. */
export function serveThread<Job, Answer>(
  answer: (job: Job) => Answer,
  move: (answer: Answer) => ArrayBuffer[] = () => [],
): void {
  flushCompileCache(); // a thread writes what it compiled only when it ends, which may be never
  parentPort?.on('message', (job: Job | typeof LEAVE) => {
    if (job === LEAVE) return parentPort?.close();
    const reply = attempt(() => answer(job));
    parentPort?.postMessage(reply, reply.ok ? move(reply.answer) : []);
  });
}

function attempt<Answer>(work: () => Answer): ThreadReply<Answer> {
  try {
    return { ok: true, answer: work() };
  } catch (thrown) {
    return { ok: false, error: packError(thrown) };
  }
}

/** Memory larger than this is never the pool that Node cuts small buffers from, which cannot move. */
const POOL_BYTES = 64 * 1024;

/** The memory behind a view that has it for itself, though it may not fill it. */
export function ownMemory(view: Uint8Array): ArrayBuffer[] {
  const { buffer } = view;
  return buffer instanceof ArrayBuffer && buffer.byteLength > POOL_BYTES ? [buffer] : [];
}

/** Gives the memory of a view back now that it is not needed any more; a collection would come much later. */
export function freeMemory(view: Uint8Array): void {
  for (const memory of ownMemory(view)) memory.transfer(0);
}
