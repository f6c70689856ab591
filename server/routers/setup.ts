import { CreateAdministratorInput } from '#domain/account.ts';
import { createAdministrator } from '../services/setup/create-administrator.ts';
import { setupStatus } from '../services/setup/setup-status.ts';
import { publicProcedure, router } from '../trpc/init.ts';

export const setupRouter = router({
  status: publicProcedure.query(({ ctx }) => setupStatus(ctx)),
  createAdministrator: publicProcedure
    .input(CreateAdministratorInput)
    .mutation(({ ctx, input }) => createAdministrator(ctx, input)),
});
