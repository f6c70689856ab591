import { and, desc, eq, gt, type SQL } from 'drizzle-orm';
import type { TopUseInput } from '#domain/gc.ts';
import type { BackupId, BackupType, NamespacePath } from '#domain/ids.ts';
import { datastorePath } from '#domain/permissions.ts';
import { owns, type PrincipalId } from '#domain/principal.ts';
import { backupGroup, snapshot } from '#drizzle/schema/snapshot.ts';
import { privilegeFilter, requirePrivilegeBelow } from '../../auth/require-privilege.ts';
import type { ServiceContext } from '../context.ts';
import { findDatastore } from '../find-datastore.ts';
import { VISIBLE } from './list-datastores.ts';

export interface GroupUse {
  namespace: NamespacePath;
  type: BackupType;
  id: BackupId;
  /** Of chunk files that nothing else needs: what its removal frees. */
  exclusiveBytes: number;
  /** Of all chunk files that it needs, each once. */
  usedBytes: number;
}

export interface SnapshotUse extends GroupUse {
  /** Whole seconds since 1970. */
  time: number;
  protected: boolean;
}

export interface TopUse {
  /** When it was looked who uses the space; null for never. What has come since is not in it. */
  asOf: Date | null;
  /** Those that hold the most alone, the most first; none that hold nothing alone. */
  snapshots: SnapshotUse[];
  groups: GroupUse[];
}

/** Which snapshots and groups pin the most space: of those that the caller may see, by what their removal would free. */
export async function readTopUse(context: ServiceContext, input: TopUseInput): Promise<TopUse> {
  const caller = await requirePrivilegeBelow(context, datastorePath(input.name), ...VISIBLE);
  const { id, spaceUseAt } = await findDatastore(context.db, input.name);
  const holds = await privilegeFilter(context);
  const isVisible = ({ namespace, owner }: Owned): boolean => {
    const path = datastorePath(input.name, namespace);
    if (holds(path, 'Datastore.Audit') || holds(path, 'Datastore.Read')) return true;
    return owner !== null && holds(path, 'Datastore.Backup') && owns(caller.principal, owner as PrincipalId);
  };
  if (spaceUseAt === null) return { asOf: null, snapshots: [], groups: [] };
  const first = <T extends Owned>(page: (offset: number) => Promise<T[]>) =>
    firstVisible(page, isVisible, input.limit);
  const groups = await first((offset) => groupPage(context, id, offset));
  const snapshots = await first((offset) => snapshotPage(context, id, offset));
  return { asOf: spaceUseAt, snapshots: snapshots.map(withoutOwner), groups: groups.map(withoutOwner) };
}

interface Owned {
  namespace: NamespacePath;
  owner: string | null;
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

function withoutOwner<T extends Owned & { exclusiveBytes: number | null; usedBytes: number | null }>({
  owner: _,
  ...row
}: T) {
  return { ...row, exclusiveBytes: row.exclusiveBytes ?? 0, usedBytes: row.usedBytes ?? 0 };
}

async function groupPage({ db }: ServiceContext, datastoreId: string, offset: number) {
  const { namespace, type, backupId, owner, exclusiveBytes, usedBytes } = backupGroup;
  return db
    .select({ namespace, type, id: backupId, owner, exclusiveBytes, usedBytes })
    .from(backupGroup)
    .where(and(eq(backupGroup.datastoreId, datastoreId), gt(exclusiveBytes, 0)))
    .orderBy(desc(exclusiveBytes), namespace, type, backupId)
    .limit(PAGE)
    .offset(offset);
}

async function snapshotPage({ db }: ServiceContext, datastoreId: string, offset: number) {
  const { namespace, type, backupId, time, exclusiveBytes, usedBytes } = snapshot;
  const rows = await db
    .select({
      ...{ namespace, type, id: backupId, owner: backupGroup.owner, exclusiveBytes, usedBytes },
      ...{ time, protected: snapshot.protected },
    })
    .from(snapshot)
    .leftJoin(backupGroup, isItsGroup())
    .where(and(eq(snapshot.datastoreId, datastoreId), gt(exclusiveBytes, 0)))
    .orderBy(desc(exclusiveBytes), namespace, type, backupId, time)
    .limit(PAGE)
    .offset(offset);
  return rows.map((row) => ({ ...row, time: Math.floor(row.time.getTime() / 1000) }));
}

function isItsGroup(): SQL | undefined {
  return and(
    eq(backupGroup.datastoreId, snapshot.datastoreId),
    eq(backupGroup.namespace, snapshot.namespace),
    eq(backupGroup.type, snapshot.type),
    eq(backupGroup.backupId, snapshot.backupId),
  );
}
