import { z } from 'zod';
import { TOKEN_NAME } from '#domain/account.ts';
import {
  type AclEntry,
  type AclPath,
  type BuiltInRole,
  datastorePath,
  privilegesOfRole,
  privilegesOn,
  ROLE_NAMES,
} from '#domain/permissions.ts';
import type { PrincipalId } from '#domain/principal.ts';
import type { SelectOption } from '../ui/forms/Select.tsx';
import { EXPIRY_CHOICES, type Expiry } from './expiry.ts';

/** What the dialog asks before it makes a token. */

const EXPIRIES = EXPIRY_CHOICES.map((choice) => choice.value) as [Expiry, ...Expiry[]];

export const NewTokenInput = z.object({
  owner: z.string(),
  name: TOKEN_NAME,
  comment: z.string().trim().max(512, 'Use at most 512 characters.'),
  expiry: z.enum(EXPIRIES),
  /** Empty: everywhere. */
  datastore: z.string(),
  namespace: z.string(),
  /** Empty: none yet. */
  role: z.union([z.literal(''), z.enum(ROLE_NAMES as [BuiltInRole, ...BuiltInRole[]])]),
});
export type NewTokenInput = z.infer<typeof NewTokenInput>;

/** Where the role would count. */
export function placeOf({ datastore, namespace }: { datastore: string; namespace: string }): AclPath {
  return datastore === '' ? '/' : datastorePath(datastore, namespace as never);
}

/** Roles with nothing in them that the owner does not hold there itself: more would not count anyway. */
export function grantableRoles(
  entries: readonly AclEntry[],
  owner: PrincipalId,
  place: AclPath,
): readonly BuiltInRole[] {
  const held = privilegesOn(entries, owner, place);
  return ROLE_NAMES.filter((role) => {
    const privileges = privilegesOfRole(role);
    return privileges.length > 0 && privileges.every((privilege) => held.has(privilege));
  });
}

export function roleOptions(grantable: readonly BuiltInRole[]): SelectOption[] {
  const roles = ROLE_NAMES.filter((role) => privilegesOfRole(role).length > 0);
  return [
    { value: '', label: 'None yet' },
    ...roles.map((role) => ({ value: role, label: role, disabled: !grantable.includes(role) })),
  ];
}
