import { z } from 'zod';
import {
  AclInput,
  CreateTokenInput,
  CreateUserInput,
  TokenIdInput,
  UpdateUserInput,
  UserIdInput,
} from '#domain/account.ts';
import { grantRole, revokeRole } from '../services/acl/change-acl.ts';
import { listAcl } from '../services/acl/list-acl.ts';
import { createToken } from '../services/token/create-token.ts';
import { listTokens } from '../services/token/list-tokens.ts';
import { revokeToken } from '../services/token/revoke-token.ts';
import { createUser } from '../services/user/create-user.ts';
import { listUsers } from '../services/user/list-users.ts';
import { removeUser } from '../services/user/remove-user.ts';
import { updateUser } from '../services/user/update-user.ts';
import { procedure, router, unlessDryRun } from '../trpc/init.ts';

/** Only say what would go. */
const DryRun = z.boolean().default(false);

export const userRouter = router({
  list: procedure.query(({ ctx }) => listUsers(ctx)),
  create: procedure
    .meta({ wantsPassword: true })
    .input(CreateUserInput)
    .mutation(({ ctx, input }) => createUser(ctx, input)),
  update: procedure
    .meta({ wantsPassword: (input) => UpdateUserInput.safeParse(input).data?.password !== undefined })
    .input(UpdateUserInput)
    .mutation(({ ctx, input }) => updateUser(ctx, input)),
  remove: procedure
    .meta({ wantsPassword: unlessDryRun })
    .input(z.object({ user: UserIdInput, dryRun: DryRun }))
    .mutation(({ ctx, input }) => removeUser(ctx, input)),
});

export const tokenRouter = router({
  list: procedure.query(({ ctx }) => listTokens(ctx)),
  create: procedure
    .meta({ wantsPassword: true })
    .input(CreateTokenInput)
    .mutation(({ ctx, input }) => createToken(ctx, input)),
  revoke: procedure
    .input(z.object({ id: TokenIdInput, dryRun: DryRun }))
    .mutation(({ ctx, input }) => revokeToken(ctx, input)),
});

export const aclRouter = router({
  list: procedure.query(({ ctx }) => listAcl(ctx)),
  grant: procedure
    .meta({ wantsPassword: true })
    .input(AclInput)
    .mutation(({ ctx, input }) => grantRole(ctx, input)),
  revoke: procedure.input(AclInput).mutation(({ ctx, input }) => revokeRole(ctx, input)),
});
