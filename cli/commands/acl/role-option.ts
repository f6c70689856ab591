import type { RoleName } from '#domain/permissions.ts';
import { parseRoleName } from '#domain/role.ts';
import type { Value } from '../../command.ts';
import { parsedOption } from '../../values.ts';

/** The name of a role, in our spelling or in that of Proxmox Backup Server. */
export function roleOption(about: string): Value<RoleName | undefined> {
  return parsedOption('--role <role>', about, (text) => parseRoleName(text), { complete: 'role' });
}

export function requiredRole(about: string): Value<RoleName> {
  const { type: _, ...option } = roleOption(about);
  return { ...option, required: true };
}
