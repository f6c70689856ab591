import { TrashEmptyInput, TrashListInput, TrashRestoreInput } from '#domain/trash.ts';
import { emptyTrash } from '../services/trash/empty-trash.ts';
import { listTrash } from '../services/trash/list-trash.ts';
import { restoreFromTrash } from '../services/trash/restore-from-trash.ts';
import { procedure, router, unlessDryRun } from '../trpc/init.ts';

export const trashRouter = router({
  list: procedure.input(TrashListInput).query(({ ctx, input }) => listTrash(ctx, input)),
  restore: procedure.input(TrashRestoreInput).mutation(({ ctx, input }) => restoreFromTrash(ctx, input)),
  empty: procedure
    .meta({ wantsPassword: unlessDryRun })
    .input(TrashEmptyInput)
    .mutation(({ ctx, input }) => emptyTrash(ctx, input)),
});
