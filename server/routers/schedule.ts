import { ExplainScheduleInput } from '#domain/schedule.ts';
import { explainSchedule } from '../services/schedule/explain-schedule.ts';
import { procedure, router } from '../trpc/init.ts';

export const scheduleRouter = router({
  explain: procedure.input(ExplainScheduleInput).query(({ ctx, input }) => explainSchedule(ctx, input)),
});
