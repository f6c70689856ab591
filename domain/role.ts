import { z } from 'zod';
import {
  type AclEntry,
  type AclPath,
  type BuiltInRole,
  type CustomRole,
  isBelow,
  isBuiltIn,
  PRIVILEGES,
  type Privilege,
  privilegesOn,
  type RoleName,
} from './permissions.ts';
import type { PrincipalId } from './principal.ts';
import { quote } from './quote.ts';
import { ok, type Result, refuse } from './result.ts';
import { schemaOf } from './schema.ts';

/** Names of roles, those that were made here, and how far one may give on what one holds. */

/** How Proxmox Backup Server spells the built-in ones. */
export const ROLE_ALIASES = {
  Admin: 'Administrator',
  Audit: 'Auditor',
  DatastoreAdmin: 'Datastore.Admin',
  DatastorePowerUser: 'Datastore.PowerUser',
  DatastoreBackup: 'Datastore.Backup',
  DatastoreReader: 'Datastore.Reader',
  DatastoreAudit: 'Datastore.Audit',
} as const satisfies Record<string, BuiltInRole>;

const ROLE_NAME = /^[A-Za-z][A-Za-z0-9._-]{2,63}$/;

/** The name that is stored; whether a role that was made here is there is not its business. */
export function parseRoleName(text: string, field = 'role'): Result<RoleName> {
  if (Object.hasOwn(ROLE_ALIASES, text)) return ok(ROLE_ALIASES[text as keyof typeof ROLE_ALIASES]);
  if (isBuiltIn(text as RoleName) || ROLE_NAME.test(text)) return ok(text as RoleName);
  return refuse('NAME_INVALID', `${quote(text)} is not the name of a role.`, {
    field,
    hint: 'Write Datastore.Reader, or 3 to 64 letters, digits, dots, dashes and underscores for one of your own.',
  });
}

/** The name of one that can be made: no built-in one and no other spelling of one has it. */
export function parseCustomRole(text: string, field = 'role'): Result<CustomRole> {
  const role = parseRoleName(text, field);
  if (!role.ok) return role;
  if (!isBuiltIn(role.value)) return ok(role.value);
  return refuse('ROLE_BUILT_IN', `${role.value} is built in and stays as it is.`, {
    field,
    hint: 'Make a role of your own: ironcore-backup role create --help',
  });
}

export const RoleInput = schemaOf((text) => parseRoleName(text));
export const CustomRoleInput = schemaOf((text) => parseCustomRole(text));
const RolePrivileges = z
  .array(z.enum(PRIVILEGES))
  .min(1, 'Choose at least one privilege.')
  .max(PRIVILEGES.length)
  .transform((chosen) => PRIVILEGES.filter((privilege) => chosen.includes(privilege)));
const Comment = z.string().trim().max(512, 'Use at most 512 characters.');

export const CreateRoleInput = z.object({
  role: CustomRoleInput,
  privileges: RolePrivileges,
  comment: Comment.default(''),
});
export type CreateRoleInput = z.infer<typeof CreateRoleInput>;

export const UpdateRoleInput = z.object({
  role: CustomRoleInput,
  privileges: RolePrivileges.optional(),
  comment: Comment.optional(),
});
export type UpdateRoleInput = z.infer<typeof UpdateRoleInput>;

export interface Excess {
  path: AclPath;
  privileges: Privilege[];
}

/**
 * What a grant would give that the giver does not hold itself, and where: on the path, or on one below it where the
 * giver holds less. Null when it may be given.
 */
export function excessOf(
  giver: { entries: readonly AclEntry[]; principal: PrincipalId },
  grant: { path: AclPath; privileges: readonly Privilege[]; propagate: boolean },
): Excess | null {
  const below = giver.entries.map(({ path }) => path).filter((path) => isBelow(path, grant.path));
  for (const path of new Set([grant.path, ...(grant.propagate ? below.sort() : [])])) {
    const held = privilegesOn(giver.entries, giver.principal, path);
    const privileges = grant.privileges.filter((privilege) => !held.has(privilege));
    if (privileges.length > 0) return { path, privileges };
  }
  return null;
}
