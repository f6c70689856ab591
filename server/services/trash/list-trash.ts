import { and, asc, desc, eq, ilike, inArray, or, type SQL, sql } from 'drizzle-orm';
import type { NamespacePath } from '#domain/ids.ts';
import { datastorePath } from '#domain/permissions.ts';
import { owns, type PrincipalId } from '#domain/principal.ts';
import type { TrashListInput } from '#domain/trash.ts';
import { trashedSnapshot } from '#drizzle/schema/trash.ts';
import { privilegeFilter, requirePrivilegeBelow } from '../../auth/require-privilege.ts';
import type { ServiceContext } from '../context.ts';
import { VISIBLE } from '../datastore/list-datastores.ts';
import { type DatastoreRow, findDatastore } from '../find-datastore.ts';
import { knownTrashBytes } from './trash-bytes.ts';
import { type TrashView, viewTrashed } from './trash-view.ts';

export interface TrashPage {
  items: TrashView[];
  /** Of all that the filter lets through. */
  total: number;
  /** Of their archives, as if nothing were shared; those of unknown size are left out. */
  totalBytes: number;
  /**
   * Of the whole trash, on the disk: what a garbage collection frees once it is empty. Found by the last collection that
   * looked who uses the space, at `trashBytesAt`; null when none has since the newest of it came, and for whoever may not see
   * the whole of it.
   */
  trashBytes: number | null;
  trashBytesAt: Date | null;
  /** Days that a snapshot stays; 0 where removed ones do not come here. */
  trashDays: number;
}

/** What lies in the trash of a datastore, as far as the caller may see the snapshots of such groups; what came last first. */
export async function listTrash(context: ServiceContext, input: TrashListInput): Promise<TrashPage> {
  await requirePrivilegeBelow(context, datastorePath(input.datastore), ...VISIBLE);
  const row = await findDatastore(context.db, input.datastore);
  const where = and(...conditions(row, input), await visible(context, row));
  const rows = await context.db
    .select()
    .from(trashedSnapshot)
    .where(where)
    .orderBy(desc(trashedSnapshot.trashedAt), ...REFERENCE)
    .limit(input.limit)
    .offset(input.offset);
  const [sums] = await context.db
    .select({
      total: sql<number>`count(*)::int`,
      totalBytes: sql<number>`coalesce(sum(${trashedSnapshot.sizeBytes}), 0)::float8`,
    })
    .from(trashedSnapshot)
    .where(where);
  const [newest] = await context.db
    .select({ at: trashedSnapshot.trashedAt })
    .from(trashedSnapshot)
    .where(eq(trashedSnapshot.datastoreId, row.id))
    .orderBy(desc(trashedSnapshot.trashedAt))
    .limit(1);
  const holds = await privilegeFilter(context);
  const isWhole = VISIBLE_WHOLE.some((privilege) => holds(datastorePath(row.name), privilege));
  const trashBytes = isWhole ? knownTrashBytes(row, newest?.at ?? null) : null;
  return {
    items: rows.map((one) => viewTrashed(one, row.trashDays)),
    ...(sums ?? { total: 0, totalBytes: 0 }),
    trashBytes,
    trashBytesAt: trashBytes === null ? null : row.spaceUseAt,
    trashDays: row.trashDays,
  };
}

/** On the datastore, so that nothing in the trash is hidden. */
const VISIBLE_WHOLE = ['Datastore.Audit', 'Datastore.Read', 'Datastore.Modify'] as const;

/** Ties are told apart by the whole reference, so that no item is skipped between two pages. */
const REFERENCE = [
  asc(trashedSnapshot.namespace),
  asc(trashedSnapshot.type),
  asc(trashedSnapshot.backupId),
  desc(trashedSnapshot.time),
];

/** `production/vm/12345`, as lists write it. */
const GROUP_PATH = sql`case ${trashedSnapshot.namespace} when '' then '' else ${trashedSnapshot.namespace} || '/' end
  || ${trashedSnapshot.type} || '/' || ${trashedSnapshot.backupId}`;

function conditions(row: DatastoreRow, { namespace, type, id, search }: TrashListInput): (SQL | undefined)[] {
  return [
    eq(trashedSnapshot.datastoreId, row.id),
    namespace === undefined ? undefined : eq(trashedSnapshot.namespace, namespace),
    type ? eq(trashedSnapshot.type, type) : undefined,
    id ? eq(trashedSnapshot.backupId, id) : undefined,
    search ? ilike(GROUP_PATH, `%${search.replace(/[\\%_]/g, '\\$&')}%`) : undefined,
  ];
}

/** As snapshots are seen: all of a namespace, or those of groups that the caller owned. */
async function visible(context: ServiceContext, row: DatastoreRow): Promise<SQL | undefined> {
  const holds = await privilegeFilter(context);
  const places = await context.db
    .selectDistinct({ namespace: trashedSnapshot.namespace, owner: trashedSnapshot.owner })
    .from(trashedSnapshot)
    .where(eq(trashedSnapshot.datastoreId, row.id));
  const principal = context.caller?.principal;
  const all = new Set<NamespacePath>();
  const own = new Map<string, Set<NamespacePath>>();
  for (const { namespace, owner } of places) {
    const path = datastorePath(row.name, namespace);
    if (holds(path, 'Datastore.Audit') || holds(path, 'Datastore.Read')) all.add(namespace);
    else if (holds(path, 'Datastore.Backup') && principal && owner && owns(principal, owner as PrincipalId))
      own.set(owner, (own.get(owner) ?? new Set()).add(namespace));
  }
  const parts = [...own].map(([owner, namespaces]) =>
    and(eq(trashedSnapshot.owner, owner), inArray(trashedSnapshot.namespace, [...namespaces])),
  );
  return or(all.size > 0 ? inArray(trashedSnapshot.namespace, [...all]) : sql`false`, ...parts);
}
