import { and, type Column, desc, eq, gt, type SQL, sql } from 'drizzle-orm';
import type { TopUseInput } from '#domain/gc.ts';
import type { BackupId, BackupType, NamespacePath } from '#domain/ids.ts';
import { datastorePath } from '#domain/permissions.ts';
import { owns, type PrincipalId } from '#domain/principal.ts';
import { backupGroup, namespace as namespaces, snapshot } from '#drizzle/schema/snapshot.ts';
import { privilegeFilter, requirePrivilegeBelow } from '../../auth/require-privilege.ts';
import type { ServiceContext } from '../context.ts';
import { findDatastore } from '../find-datastore.ts';
import { requireNamespace } from '../find-namespace.ts';
import { VISIBLE } from './list-datastores.ts';

export interface NamespaceUse {
  namespace: NamespacePath;
  /** Of chunk files that nothing else needs: what its removal frees. */
  exclusiveBytes: number;
  /** Of those that something else needs as well. */
  sharedBytes: number;
  /** Of all chunk files that it needs, each once. */
  usedBytes: number;
}

export interface GroupUse extends NamespaceUse {
  type: BackupType;
  id: BackupId;
}

export interface SnapshotUse extends GroupUse {
  /** Whole seconds since 1970. */
  time: number;
  protected: boolean;
}

export interface TopUse {
  /** When it was looked who uses the space; null for never. What has come since is not in it. */
  asOf: Date | null;
  /** Those that hold the most alone, the most first; namespaces below one count for themselves. */
  namespaces: NamespaceUse[];
  /** The same, none that hold nothing alone. */
  snapshots: SnapshotUse[];
  groups: GroupUse[];
}

/**
 * Which namespaces, groups and snapshots pin the most space: of those that the caller may see, by what their removal would
 * free.
 */
export async function readTopUse(context: ServiceContext, input: TopUseInput): Promise<TopUse> {
  const caller = await requirePrivilegeBelow(context, datastorePath(input.name, input.namespace), ...VISIBLE);
  const row = await findDatastore(context.db, input.name);
  if (input.namespace !== undefined) await requireNamespace(context.db, row, input.namespace);
  const holds = await privilegeFilter(context);
  const isVisible = ({ namespace, owner }: Owned): boolean => {
    const path = datastorePath(input.name, namespace);
    if (holds(path, 'Datastore.Audit') || holds(path, 'Datastore.Read')) return true;
    return owner !== null && holds(path, 'Datastore.Backup') && owns(caller.principal, owner as PrincipalId);
  };
  if (row.spaceUseAt === null) return { asOf: null, namespaces: [], groups: [], snapshots: [] };
  const first = async <T extends Row>(
    page: (context: ServiceContext, place: Place, offset: number) => Promise<T[]>,
  ) => {
    const place = { datastoreId: row.id, namespace: input.namespace };
    const found = await firstVisible((offset) => page(context, place, offset), isVisible, input.limit);
    return found.map(useOf);
  };
  return {
    asOf: row.spaceUseAt,
    namespaces: await first(namespacePage),
    groups: await first(groupPage),
    snapshots: await first(snapshotPage),
  };
}

interface Owned {
  namespace: NamespacePath;
  owner: string | null;
}

interface Row extends Owned {
  exclusiveBytes: number | null;
  usedBytes: number | null;
}

interface Place {
  datastoreId: string;
  /** Undefined for all. */
  namespace: NamespacePath | undefined;
}

const PAGE = 500;

async function firstVisible<T extends Owned>(
  page: (offset: number) => Promise<T[]>,
  isVisible: (row: T) => boolean,
  limit: number,
): Promise<T[]> {
  const found: T[] = [];
  for (let offset = 0; found.length < limit; offset += PAGE) {
    const rows = await page(offset);
    found.push(...rows.filter(isVisible));
    if (rows.length < PAGE) break;
  }
  return found.slice(0, limit);
}

function useOf<T extends Row>({ owner: _, ...row }: T) {
  const [exclusiveBytes, usedBytes] = [row.exclusiveBytes ?? 0, row.usedBytes ?? 0];
  return { ...row, exclusiveBytes, sharedBytes: usedBytes - exclusiveBytes, usedBytes };
}

/** Also those of which every chunk is shared: what they need is told all the same. */
async function namespacePage({ db }: ServiceContext, place: Place, offset: number) {
  const { path, exclusiveBytes, usedBytes } = namespaces;
  return db
    .select({ namespace: path, owner: sql<null>`null`, exclusiveBytes, usedBytes })
    .from(namespaces)
    .where(and(isIn(place, namespaces.datastoreId, path), gt(usedBytes, 0)))
    .orderBy(desc(exclusiveBytes), desc(usedBytes), path)
    .limit(PAGE)
    .offset(offset);
}

async function groupPage({ db }: ServiceContext, place: Place, offset: number) {
  const { namespace, type, backupId, owner, exclusiveBytes, usedBytes } = backupGroup;
  return db
    .select({ namespace, type, id: backupId, owner, exclusiveBytes, usedBytes })
    .from(backupGroup)
    .where(and(isIn(place, backupGroup.datastoreId, namespace), gt(exclusiveBytes, 0)))
    .orderBy(desc(exclusiveBytes), namespace, type, backupId)
    .limit(PAGE)
    .offset(offset);
}

async function snapshotPage({ db }: ServiceContext, place: Place, offset: number) {
  const { namespace, type, backupId, time, exclusiveBytes, usedBytes } = snapshot;
  const rows = await db
    .select({
      ...{ namespace, type, id: backupId, owner: backupGroup.owner, exclusiveBytes, usedBytes },
      ...{ time, protected: snapshot.protected },
    })
    .from(snapshot)
    .leftJoin(backupGroup, isItsGroup())
    .where(and(isIn(place, snapshot.datastoreId, namespace), gt(exclusiveBytes, 0)))
    .orderBy(desc(exclusiveBytes), namespace, type, backupId, time)
    .limit(PAGE)
    .offset(offset);
  return rows.map((row) => ({ ...row, time: Math.floor(row.time.getTime() / 1000) }));
}

function isIn({ datastoreId, namespace }: Place, datastoreColumn: Column, column: Column): SQL | undefined {
  return and(eq(datastoreColumn, datastoreId), namespace === undefined ? undefined : eq(column, namespace));
}

function isItsGroup(): SQL | undefined {
  return and(
    eq(backupGroup.datastoreId, snapshot.datastoreId),
    eq(backupGroup.namespace, snapshot.namespace),
    eq(backupGroup.type, snapshot.type),
    eq(backupGroup.backupId, snapshot.backupId),
  );
}
