import { ChangePasswordInput, ProvePasswordInput } from '#domain/account.ts';
import { changePassword } from '../services/session/change-password.ts';
import { whoAmI } from '../services/session/me.ts';
import { provePassword } from '../services/session/prove-password.ts';
import { procedure, router } from '../trpc/init.ts';

export const sessionRouter = router({
  me: procedure.query(({ ctx }) => whoAmI(ctx)),
  provePassword: procedure.input(ProvePasswordInput).mutation(({ ctx, input }) => provePassword(ctx, input)),
  changePassword: procedure
    .input(ChangePasswordInput)
    .mutation(({ ctx, input }) => changePassword(ctx, input)),
});
