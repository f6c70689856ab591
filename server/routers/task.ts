import { z } from 'zod';
import { cancelTask } from '../services/task/cancel-task.ts';
import { getTask, readTaskLog } from '../services/task/get-task.ts';
import { listCauses, TaskCausesInput } from '../services/task/list-causes.ts';
import { listTasks, TaskListInput } from '../services/task/list-tasks.ts';
import { retryTask } from '../services/task/retry-task.ts';
import { procedure, router } from '../trpc/init.ts';

const ById = z.object({ id: z.uuid() });
const LogInput = ById.extend({
  after: z.number().int().min(0).default(0),
  limit: z.number().int().min(1).max(5000).default(1000),
});

export const taskRouter = router({
  list: procedure.input(TaskListInput).query(({ ctx, input }) => listTasks(ctx, input)),
  causes: procedure.input(TaskCausesInput).query(({ ctx, input }) => listCauses(ctx, input)),
  get: procedure.input(ById).query(({ ctx, input }) => getTask(ctx, input)),
  log: procedure.input(LogInput).query(({ ctx, input }) => readTaskLog(ctx, input)),
  retry: procedure.input(ById).mutation(({ ctx, input }) => retryTask(ctx, input)),
  cancel: procedure.input(ById).mutation(({ ctx, input }) => cancelTask(ctx, input)),
});
