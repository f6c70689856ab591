import { DrillGetInput, DrillInput, DrillListInput, DrillRoomInput } from '#domain/drill.ts';
import { getDrill, listDrills } from '../services/drill/drill-reports.ts';
import { askDrillRoom } from '../services/drill/drill-room.ts';
import { runDrill } from '../services/drill/run-drill.ts';
import { procedure, router } from '../trpc/init.ts';

export const drillRouter = router({
  run: procedure.input(DrillInput).mutation(({ ctx, input }) => runDrill(ctx, input)),
  room: procedure.input(DrillRoomInput).mutation(({ ctx, input }) => askDrillRoom(ctx, input)),
  list: procedure.input(DrillListInput).query(({ ctx, input }) => listDrills(ctx, input)),
  get: procedure.input(DrillGetInput).query(({ ctx, input }) => getDrill(ctx, input)),
});
