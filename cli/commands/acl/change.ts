import type { RoleName } from '#domain/permissions.ts';
import type { Context } from '../../command.ts';
import { requiredText } from '../../values.ts';
import { requiredRole } from './role-option.ts';

export const aclOptions = {
  path: requiredText('--path <path>', 'Where: /, /datastore, /datastore/NAME or a namespace below it'),
  principal: requiredText('--auth-id <principal>', 'User, API token or user group', { complete: 'grantee' }),
  role: requiredRole('What it may do there; "role list" shows all'),
};

interface Entry {
  path: string;
  principal: string;
  role: RoleName;
}

export async function grant(context: Context, entry: Entry, propagate: boolean): Promise<void> {
  await (await context.api()).acl.grant.mutate({ ...entry, propagate });
  await context.print.done({ ...entry, propagate }, `${entry.principal} has ${entry.role} on ${entry.path}.`);
}

export async function revoke(context: Context, entry: Entry): Promise<void> {
  const { wasGranted } = await (await context.api()).acl.revoke.mutate(entry);
  const place = `${entry.role} on ${entry.path}`;
  const sentence = wasGranted
    ? `${entry.principal} no longer has ${place}.`
    : `${entry.principal} was not granted ${place}: nothing was changed.`;
  await context.print.done({ ...entry, wasGranted }, sentence);
}
