import { z } from 'zod';
import { DatastoreNameInput } from './datastore.ts';
import { PRIVILEGES } from './permissions.ts';
import { parsePrincipalId, parseTokenId, parseUserId } from './principal.ts';
import { RoleInput } from './role.ts';
import { schemaOf } from './schema.ts';
import { NamespaceInput } from './snapshot.ts';

/** Inputs about users, tokens and what they may do. */

export const PASSWORD_MIN = 10;
export const PASSWORD_MAX = 256;

/** Length is what protects; rules about kinds of characters only make people write passwords down. */
export const Password = z
  .string()
  .min(1, { error: 'Enter a password.', abort: true })
  .min(PASSWORD_MIN, `Use at least ${PASSWORD_MIN} characters.`)
  .max(PASSWORD_MAX, `Use at most ${PASSWORD_MAX} characters.`);

export const UserIdInput = schemaOf((text) => parseUserId(text));
export const TokenIdInput = schemaOf((text) => parseTokenId(text));
export const PrincipalInput = schemaOf((text) => parsePrincipalId(text));
const Comment = z.string().trim().max(512);

export const CreateAdministratorInput = z.object({
  setupToken: z.string().trim().min(1, 'Enter the token that the server printed.').max(128),
  user: UserIdInput,
  password: Password,
});
export type CreateAdministratorInput = z.infer<typeof CreateAdministratorInput>;

export const SignInInput = z.object({
  user: z.string().min(1, 'Enter your user name.').max(128),
  password: z.string().min(1, 'Enter your password.').max(1024),
});
export type SignInInput = z.infer<typeof SignInInput>;

export const CreateUserInput = z.object({
  user: UserIdInput,
  password: Password,
  comment: Comment.default(''),
  /** A role on everything, for the common case; finer grants are made separately. */
  role: RoleInput.optional(),
});
export type CreateUserInput = z.infer<typeof CreateUserInput>;

export const UpdateUserInput = z.object({
  user: UserIdInput,
  enabled: z.boolean().optional(),
  comment: Comment.optional(),
  password: Password.optional(),
  expiresAt: z.date().nullable().optional(),
});
export type UpdateUserInput = z.infer<typeof UpdateUserInput>;

export const ProvePasswordInput = z.object({
  password: z.string().min(1, 'Enter your password.').max(1024),
});
export type ProvePasswordInput = z.infer<typeof ProvePasswordInput>;

export const ChangePasswordInput = z.object({
  current: z.string().min(1, 'Enter your current password.').max(1024),
  next: Password,
});
export type ChangePasswordInput = z.infer<typeof ChangePasswordInput>;

export const TOKEN_NAME = z
  .string()
  .min(1, { error: 'Give the token a name.', abort: true })
  .regex(/^[A-Za-z0-9_][A-Za-z0-9._-]{2,63}$/, 'Use 3 to 64 letters, digits, dots, dashes or underscores.');

export const CreateTokenInput = z.object({
  /** Whose token; the caller's own when left out. */
  user: UserIdInput.optional(),
  name: TOKEN_NAME,
  comment: Comment.default(''),
  expiresAt: z.date().nullable().default(null),
  /** What the token may do; never more than its user. */
  grants: z
    .array(
      z.object({
        datastore: DatastoreNameInput.optional(),
        namespace: NamespaceInput,
        role: RoleInput,
      }),
    )
    .max(64)
    .default([]),
});
export type CreateTokenInput = z.infer<typeof CreateTokenInput>;

/** `/`, `/datastore`, `/datastore/NAME` and namespaces below it. */
export const AclPathInput = z
  .string()
  .min(1, { error: 'Say where: / is everything.', abort: true })
  .max(320)
  .regex(
    /^\/(datastore(\/[A-Za-z0-9_][A-Za-z0-9._-]*){0,8}|access|system)?$/,
    'A path such as /datastore/NAME.',
  );

export const AclInput = z.object({
  /** A user, a token or a group of users. */
  principal: PrincipalInput,
  role: RoleInput,
  path: AclPathInput,
  propagate: z.boolean().default(true),
});
export type AclInput = z.infer<typeof AclInput>;

/** "May X do Y on Z?"; without a privilege: what X may do there. */
export const ExplainInput = z.object({
  principal: PrincipalInput,
  path: AclPathInput,
  privilege: z.enum(PRIVILEGES).optional(),
});
export type ExplainInput = z.infer<typeof ExplainInput>;
