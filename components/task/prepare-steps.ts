import { stepsOf } from '#domain/task.ts';
import type { TaskView } from '../trpc/views.ts';

export interface ShownStep {
  title: string;
  state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
}

/** Where a task with fixed steps is; none for kinds whose progress is one number. */
export function prepareSteps(task: Pick<TaskView, 'kind' | 'state' | 'progress'>): ShownStep[] {
  const steps = stepsOf(task.kind);
  const current = steps.findIndex((step) => step.phase === task.progress?.phase);
  const ended = task.state === 'succeeded' || task.state === 'warnings';
  return steps.map(({ title }, index) => ({
    title,
    state: ended || index < current ? 'done' : index === current ? currentState(task.state) : 'waiting',
  }));
}

function currentState(state: TaskView['state']): ShownStep['state'] {
  if (state === 'failed') return 'failed';
  return state === 'cancelled' ? 'cancelled' : 'running';
}

/** The step that a failure happened in; null when there are no steps or none was reached. */
export function failedStep(task: Pick<TaskView, 'kind' | 'state' | 'progress'>): string | null {
  return prepareSteps(task).find((step) => step.state === 'failed')?.title ?? null;
}
