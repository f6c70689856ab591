import { eq } from 'drizzle-orm';
import { BackupError, type ErrorCode } from '#domain/errors.ts';
import { isFinal } from '#domain/task.ts';
import { task } from '#drizzle/schema/task.ts';
import type { ServiceContext } from './context.ts';

const POLL_MS = 1000;

/**
 * Waits for a task to end and returns its result; for questions that are answered within moments. A failed task
 * becomes its own error, a slow one SERVICE trouble that says so.
 */
export async function awaitTask(
  context: ServiceContext,
  taskId: string,
  timeoutMs: number,
): Promise<unknown> {
  const deadline = context.clock.monotonic() + timeoutMs;
  for (;;) {
    const [row] = await context.db.select().from(task).where(eq(task.id, taskId));
    if (!row)
      throw new BackupError(
        'TASK_NOT_FOUND',
        'The question was forgotten before it was answered: ask again.',
      );
    if (isFinal(row.state)) {
      if (row.state === 'succeeded' || row.state === 'warnings') return row.result;
      throw new BackupError(
        (row.error?.code ?? 'TASK_FAILED') as ErrorCode,
        row.error?.message ?? row.outcome ?? '',
        {
          hint: row.error?.hint,
        },
      );
    }
    const leftMs = deadline - context.clock.monotonic();
    if (leftMs <= 0) {
      throw new BackupError('TASK_LOST', 'No worker has answered in time.', {
        hint: 'Check that the storage worker runs: ironcore-backup task list',
      });
    }
    await changeOf(context, taskId, Math.min(leftMs, POLL_MS));
  }
}

/** Resolves when the task changes, and after `atMostMs` in any case. */
function changeOf(context: ServiceContext, taskId: string, atMostMs: number): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      stop();
      resolve();
    };
    const timer = setTimeout(finish, atMostMs);
    const stop = context.hub.subscribe((changes) => {
      if (changes.some((change) => change.ref === taskId)) finish();
    });
  });
}
