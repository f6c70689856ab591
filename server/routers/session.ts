import { ChangePasswordInput } from '#domain/account.ts';
import { changePassword } from '../services/session/change-password.ts';
import { whoAmI } from '../services/session/me.ts';
import { procedure, router } from '../trpc/init.ts';

export const sessionRouter = router({
  me: procedure.query(({ ctx }) => whoAmI(ctx)),
  changePassword: procedure
    .input(ChangePasswordInput)
    .mutation(({ ctx, input }) => changePassword(ctx, input)),
});
