import { z } from 'zod';
import {
  AclInput,
  AclPathInput,
  CreateTokenInput,
  CreateUserInput,
  ExplainInput,
  TokenIdInput,
  UpdateUserInput,
  UserIdInput,
} from '#domain/account.ts';
import type { AclPath } from '#domain/permissions.ts';
import { CreateRoleInput, CustomRoleInput, UpdateRoleInput } from '#domain/role.ts';
import { CreateUserGroupInput, GroupIdInput, UpdateUserGroupInput } from '#domain/user-group.ts';
import { grantRole, revokeRole } from '../services/acl/change-acl.ts';
import { explainAccess } from '../services/acl/explain-access.ts';
import { listAcl } from '../services/acl/list-acl.ts';
import { listRealms } from '../services/realm/list-realms.ts';
import { createRole } from '../services/role/create-role.ts';
import { listRoles } from '../services/role/list-roles.ts';
import { removeRole } from '../services/role/remove-role.ts';
import { updateRole } from '../services/role/update-role.ts';
import { createToken } from '../services/token/create-token.ts';
import { listTokens } from '../services/token/list-tokens.ts';
import { revokeToken } from '../services/token/revoke-token.ts';
import { createUser } from '../services/user/create-user.ts';
import { listUsers } from '../services/user/list-users.ts';
import { removeUser } from '../services/user/remove-user.ts';
import { updateUser } from '../services/user/update-user.ts';
import { createUserGroup } from '../services/user-group/create-user-group.ts';
import { listUserGroups } from '../services/user-group/list-user-groups.ts';
import { removeUserGroup } from '../services/user-group/remove-user-group.ts';
import { updateUserGroup } from '../services/user-group/update-user-group.ts';
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
  list: procedure
    .input(z.object({ path: AclPathInput.transform((path) => path as AclPath).optional() }).optional())
    .query(({ ctx, input }) => listAcl(ctx, input)),
  explain: procedure.input(ExplainInput).query(({ ctx, input }) => explainAccess(ctx, input)),
  grant: procedure
    .meta({ wantsPassword: true })
    .input(AclInput)
    .mutation(({ ctx, input }) => grantRole(ctx, input)),
  revoke: procedure.input(AclInput).mutation(({ ctx, input }) => revokeRole(ctx, input)),
});

export const roleRouter = router({
  list: procedure.query(({ ctx }) => listRoles(ctx)),
  create: procedure
    .meta({ wantsPassword: true })
    .input(CreateRoleInput)
    .mutation(({ ctx, input }) => createRole(ctx, input)),
  update: procedure
    .meta({ wantsPassword: true })
    .input(UpdateRoleInput)
    .mutation(({ ctx, input }) => updateRole(ctx, input)),
  remove: procedure
    .input(z.object({ role: CustomRoleInput }))
    .mutation(({ ctx, input }) => removeRole(ctx, input)),
});

export const userGroupRouter = router({
  list: procedure.query(({ ctx }) => listUserGroups(ctx)),
  create: procedure.input(CreateUserGroupInput).mutation(({ ctx, input }) => createUserGroup(ctx, input)),
  update: procedure
    .meta({ wantsPassword: true })
    .input(UpdateUserGroupInput)
    .mutation(({ ctx, input }) => updateUserGroup(ctx, input)),
  remove: procedure
    .meta({ wantsPassword: unlessDryRun })
    .input(z.object({ group: GroupIdInput, dryRun: DryRun }))
    .mutation(({ ctx, input }) => removeUserGroup(ctx, input)),
});

export const realmRouter = router({
  list: procedure.query(({ ctx }) => listRealms(ctx)),
});
