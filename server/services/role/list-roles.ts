import { asc } from 'drizzle-orm';
import {
  type Privilege,
  privilegesOfRole,
  ROLE_NAMES,
  ROLE_WORDS,
  type RoleName,
} from '#domain/permissions.ts';
import { role } from '#drizzle/schema/acl.ts';
import { requireSession } from '../../auth/require-privilege.ts';
import type { ServiceContext } from '../context.ts';

export interface RoleView {
  role: RoleName;
  builtIn: boolean;
  privileges: readonly Privilege[];
  comment: string;
  /** Null for built-in ones. */
  createdAt: Date | null;
  createdBy: string | null;
}

/** What roles there are and what is in them; everybody who is granted one may know. Built-in ones first. */
export async function listRoles(context: ServiceContext): Promise<RoleView[]> {
  await requireSession(context);
  const made = await context.db.select().from(role).orderBy(asc(role.name));
  return [
    ...ROLE_NAMES.map((name) => ({
      ...{ role: name, builtIn: true, privileges: privilegesOfRole(name), comment: ROLE_WORDS[name] },
      ...{ createdAt: null, createdBy: null },
    })),
    ...made.map(({ name, ...row }) => ({ role: name, builtIn: false, ...row })),
  ];
}
