import { setTimeout as sleep } from 'node:timers/promises';
import { BackupError, isBackupError } from '#domain/errors.ts';
import { isFinal } from '#domain/task.ts';
import type { Context } from '../command.ts';
import type { Api, TaskDetail } from '../connect/api.ts';
import { knownCode, ServerError } from '../connect/server-error.ts';
import { visible } from '../print/visible-text.ts';
import { openProgressLine } from './open-progress-line.ts';
import type { ProgressLine } from './progress-line.ts';
import { progressParts, usualParts } from './progress-text.ts';

/** A server that restarts comes back within this time; until then waiting goes on. */
const SILENCE_MAX_MS = 120_000;
/** A task that is queued this long lets us ask whether any worker lives. */
const QUEUED_PATIENCE_MS = 5000;
const WARNINGS_SHOWN = 20;

/** Waits until the task has ended and returns it; one that failed or was cancelled is thrown. */
export async function waitForTask(context: Context, taskId: string): Promise<TaskDetail> {
  const task = await waitForEnd(context, taskId);
  if (task.warnings > 0) await showWarnings(context, task);
  if (task.state === 'failed' || task.state === 'cancelled') throw failureOf(task);
  return task;
}

/** The same for whoever shows by itself what the task has found, also when it failed. */
export async function waitForEnd(context: Context, taskId: string): Promise<TaskDetail> {
  const { clock, signal } = context;
  const api = await context.api();
  const startedAt = clock.monotonic();
  let line: ProgressLine | null = null;
  let askedForWorkers = false;
  try {
    for (;;) {
      const task = await ask(context, () => api.task.get.query({ id: taskId }));
      if (isFinal(task.state)) return task;
      line ??= openProgressLine(context, `${task.title} ${task.subject}`, startedAt);
      const now = clock.monotonic();
      const parts = [...progressParts(task.progress, task.state), ...usualParts(task.usualMs)];
      line?.show(parts.map(visible), now);
      if (task.state === 'queued' && !askedForWorkers && now - startedAt > QUEUED_PATIENCE_MS) {
        askedForWorkers = true;
        line?.clear();
        await sayIfNoWorker(context, api);
      }
      await pause(pollMs(now - startedAt), signal);
    }
  } catch (error) {
    throw context.signal.aborted ? stoppedWaiting(taskId) : error;
  } finally {
    line?.clear();
  }
}

/** Often at first, since most tasks are short; then so rarely that nobody notices. */
function pollMs(waitedMs: number): number {
  if (waitedMs < 3000) return 150;
  return waitedMs < 60_000 ? 500 : 1500;
}

/** One question, asked again while the server is away. */
async function ask<T>(context: Context, question: () => Promise<T>): Promise<T> {
  const giveUpAt = context.clock.monotonic() + SILENCE_MAX_MS;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await question();
    } catch (error) {
      const passing = isBackupError(error, 'SERVER_UNREACHABLE', 'DATABASE_UNAVAILABLE', 'SHUTTING_DOWN');
      if (!passing || context.clock.monotonic() > giveUpAt) throw error;
      if (attempt === 0)
        context.print.say('The server does not answer. The task goes on without it; asking again.');
      await pause(1000, context.signal);
    }
  }
}

async function sayIfNoWorker(context: Context, api: Api): Promise<void> {
  const { workers } = await api.system.about.query();
  if (workers.some((worker) => worker.alive)) return;
  context.print.say('No storage worker is running; the task starts when one does.');
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return sleep(ms, undefined, { signal });
}

export function stoppedWaiting(taskId: string): BackupError {
  return new BackupError('CANCELLED', 'Stopped waiting; the task goes on.', {
    hint: `Follow it: ironcore-backup task wait ${taskId}\nCancel it: ironcore-backup task cancel ${taskId}`,
  });
}

export function failureOf(task: TaskDetail): BackupError {
  const taskId = task.id;
  if (task.state === 'cancelled') {
    return new ServerError('CANCELLED', task.outcome ?? 'The task was cancelled.', { taskId });
  }
  const { code, message, hint } = task.error ?? {
    code: 'TASK_FAILED',
    message: task.outcome ?? 'The task failed.',
  };
  return new ServerError(knownCode(code), message, {
    hint: hint ?? `Its log tells more: ironcore-backup task log ${taskId}`,
    taskId,
  });
}

/** What the task warned of; only lines that were logged as warnings, as many as fit a screen. */
async function showWarnings(context: Context, task: TaskDetail): Promise<void> {
  const api = await context.api();
  let shown = 0;
  for (let after = 0; shown < WARNINGS_SHOWN; ) {
    const { lines } = await api.task.log.query({ id: task.id, after, limit: 5000 });
    for (const { level, text } of lines) {
      if (level !== 'warning' || shown >= WARNINGS_SHOWN) continue;
      shown += 1;
      context.print.warn(`${context.print.paintMessage('warn', 'warning:')} ${visible(text)}`);
    }
    const last = lines.at(-1)?.number;
    if (last === undefined || lines.length < 5000) break;
    after = last;
  }
  if (task.warnings > shown) {
    context.print.warn(`… ${task.warnings - shown} more: ironcore-backup task log ${task.id}`);
  }
}
