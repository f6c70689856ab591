import type { TaskListInput } from '../trpc/views.ts';

/** The question behind the counter; the layout asks the same before the page is sent. */
export const RUNNING_TASKS = { states: ['running', 'queued'], limit: 100 } satisfies TaskListInput;
