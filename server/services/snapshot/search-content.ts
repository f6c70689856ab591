import { and, eq, ilike, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { BackupId, BackupType, NamespacePath } from '#domain/ids.ts';
import { datastorePath } from '#domain/permissions.ts';
import { owns, type PrincipalId } from '#domain/principal.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { backupGroup, namespace } from '#drizzle/schema/snapshot.ts';
import { privilegeFilter, requirePrivilegeBelow } from '../../auth/require-privilege.ts';
import type { ServiceContext } from '../context.ts';
import { VISIBLE } from '../datastore/list-datastores.ts';

export const ContentSearchInput = z.object({
  /** Part of the path of a namespace, or of the name of a group (`vm/100`). */
  search: z.string().trim().min(1).max(128),
  limit: z.number().int().min(1).max(50).default(10),
});
export type ContentSearchInput = z.infer<typeof ContentSearchInput>;

export interface ContentFound {
  namespaces: { datastore: string; path: NamespacePath }[];
  groups: { datastore: string; namespace: NamespacePath; type: BackupType; id: BackupId }[];
}

/** Namespaces and groups by a part of their name, across the datastores that the caller may see; the closest first. */
export async function searchContent(
  context: ServiceContext,
  input: ContentSearchInput,
): Promise<ContentFound> {
  const caller = await requirePrivilegeBelow(context, '/datastore', ...VISIBLE);
  const holds = await privilegeFilter(context);
  const namespaces = await collect(
    input.limit,
    (offset) => findNamespaces(context, input.search, offset),
    (row) => VISIBLE.some((privilege) => holds(datastorePath(row.datastore, row.path), privilege)),
  );
  const groups = await collect(
    input.limit,
    (offset) => findGroups(context, input.search, offset),
    (row) => {
      const path = datastorePath(row.datastore, row.namespace);
      if (holds(path, 'Datastore.Audit') || holds(path, 'Datastore.Read')) return true;
      const isOwn = row.owner !== null && owns(caller.principal, row.owner as PrincipalId);
      return isOwn && holds(path, 'Datastore.Backup');
    },
  );
  return { namespaces, groups: groups.map(({ owner: _, ...group }) => group) };
}

const PAGE = 200;

/** Reads on until enough is found that the caller may see. */
async function collect<Row>(
  limit: number,
  read: (offset: number) => Promise<Row[]>,
  isVisible: (row: Row) => boolean,
): Promise<Row[]> {
  const found: Row[] = [];
  for (let offset = 0; ; offset += PAGE) {
    const page = await read(offset);
    found.push(...page.filter(isVisible));
    if (found.length >= limit || page.length < PAGE) return found.slice(0, limit);
  }
}

function findNamespaces({ db }: ServiceContext, search: string, offset: number) {
  const name = sql`${namespace.path}`;
  return db
    .select({ datastore: datastore.name, path: namespace.path })
    .from(namespace)
    .innerJoin(datastore, eq(datastore.id, namespace.datastoreId))
    .where(and(ilike(name, patternOf(search)), sql`${namespace.path} <> ''`))
    .orderBy(...closest(name, search), datastore.name)
    .limit(PAGE)
    .offset(offset);
}

function findGroups({ db }: ServiceContext, search: string, offset: number) {
  const name = sql`(${backupGroup.type} || '/' || ${backupGroup.backupId})`;
  return db
    .select({
      datastore: datastore.name,
      namespace: backupGroup.namespace,
      type: backupGroup.type,
      id: backupGroup.backupId,
      owner: backupGroup.owner,
    })
    .from(backupGroup)
    .innerJoin(datastore, eq(datastore.id, backupGroup.datastoreId))
    .where(ilike(name, patternOf(search)))
    .orderBy(...closest(name, search), datastore.name, backupGroup.namespace)
    .limit(PAGE)
    .offset(offset);
}

/** The less there is besides what was looked for, the better; a match further in front breaks the tie. */
function closest(name: SQL, search: string): SQL[] {
  return [sql`length(${name})`, sql`position(lower(${search}) in lower(${name}))`, name];
}

function patternOf(search: string): string {
  return `%${search.replace(/[\\%_]/g, '\\$&')}%`;
}
