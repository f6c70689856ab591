import { formatDuration } from '#domain/units.ts';
import type { TaskCause, TaskView } from '../trpc/views.ts';
import { progressWords } from '../ui/progress-words.ts';
import type { TableState } from '../ui/table/table-state.ts';

export function taskHref(id: string): string {
  return `/tasks/${id}`;
}

/** The tasks of a cause one by one, narrowed as they are now. */
export function causeHref(
  { kind, code }: Pick<TaskCause, 'kind' | 'code'>,
  { filters, text }: Pick<TableState, 'filters' | 'text'>,
): string {
  const kept = ['datastore', 'by', 'day', 'days'].flatMap((id) =>
    (filters[id] ?? []).map((value) => [id, value]),
  );
  const query = new URLSearchParams([['state', 'failed'], ['kind', kind], ['code', code], ...kept]);
  if (text !== '') query.set('q', text);
  return `/tasks?${query}`;
}

/** What a task came to, or how far it is, in one line. */
export function resultWords(task: Pick<TaskView, 'state' | 'outcome' | 'error' | 'progress'>): string {
  switch (task.state) {
    case 'queued':
      return 'Waits for a worker';
    case 'running':
      return task.progress ? progressWords(task.progress) : 'Starting';
    case 'failed':
      return task.error?.message ?? task.outcome ?? 'Failed';
    case 'succeeded':
    case 'warnings':
    case 'cancelled':
      return task.outcome ?? '';
  }
}

/** Milliseconds from start to end, or to now; null before the start. */
export function taskDurationMs(task: Pick<TaskView, 'startedAt' | 'finishedAt'>, now: number): number | null {
  if (!task.startedAt) return null;
  return Math.max(0, (task.finishedAt?.getTime() ?? now) - task.startedAt.getTime());
}

/** How long a run takes, while it is not over: `usually 20 min`; nothing where nothing is usual. */
export function usualWords({ usualMs }: Pick<TaskView, 'usualMs'>): string {
  return usualMs === null ? '' : `usually ${formatDuration(usualMs)}`;
}

/** So far off from what is usual that it is worth a look. */
const OFF = 1.5;

/** While it runs one wants to know, and afterwards only where it took far longer or shorter. */
export function isUnusual(
  { usualMs, finishedAt }: Pick<TaskView, 'usualMs' | 'finishedAt'>,
  durationMs: number,
): boolean {
  if (usualMs === null) return false;
  return finishedAt === null || durationMs > usualMs * OFF || durationMs < usualMs / OFF;
}

/** `42 min, usually 20 min`; what is usual is only worth a word when there is something to compare. */
export function durationWords(durationMs: number, usualMs: number | null): string {
  const took = formatDuration(durationMs);
  return usualMs === null ? took : `${took}, usually ${formatDuration(usualMs)}`;
}
