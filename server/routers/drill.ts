import { DrillGetInput, DrillInput, DrillListInput } from '#domain/drill.ts';
import { getDrill, listDrills } from '../services/drill/drill-reports.ts';
import { runDrill } from '../services/drill/run-drill.ts';
import { procedure, router } from '../trpc/init.ts';

export const drillRouter = router({
  run: procedure.input(DrillInput).mutation(({ ctx, input }) => runDrill(ctx, input)),
  list: procedure.input(DrillListInput).query(({ ctx, input }) => listDrills(ctx, input)),
  get: procedure.input(DrillGetInput).query(({ ctx, input }) => getDrill(ctx, input)),
});
