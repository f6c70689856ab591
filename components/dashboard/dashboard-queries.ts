import type { TaskListInput } from '../trpc/views.ts';

/** The last tasks that are over; the page asks the same before it is sent. */
export const ENDED_TASKS = {
  states: ['succeeded', 'warnings', 'failed', 'cancelled'],
  limit: 30,
} satisfies TaskListInput;
