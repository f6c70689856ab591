import { and, eq, gt, ilike, or, type SQL, sql } from 'drizzle-orm';
import { datastorePath } from '#domain/permissions.ts';
import { owns, type PrincipalId } from '#domain/principal.ts';
import type { SnapshotListInput } from '#domain/snapshot.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { backupGroup, snapshot } from '#drizzle/schema/snapshot.ts';
import { privilegeFilter, requirePrivilegeBelow } from '../../auth/require-privilege.ts';
import type { ServiceContext } from '../context.ts';
import { VISIBLE } from '../datastore/list-datastores.ts';
import { findDatastore } from '../find-datastore.ts';
import { behind, cursorAt, orderBy, type SortedSnapshot, sortValue } from './snapshot-order.ts';
import { type SnapshotJoin, type SnapshotView, viewSnapshots } from './snapshot-view.ts';
import { isVerified } from './verify-condition.ts';

export interface SnapshotPage {
  snapshots: SnapshotView[];
  /** Pass it back for the next page; null on the last one. */
  cursor: string | null;
}

/** Snapshots that the caller may see, across datastores, newest first if nothing else is wanted. */
export async function listSnapshots(
  context: ServiceContext,
  input: SnapshotListInput,
): Promise<SnapshotPage> {
  const caller = await requirePrivilegeBelow(
    context,
    input.datastore ? datastorePath(input.datastore) : '/datastore',
    ...VISIBLE,
  );
  if (input.datastore) await findDatastore(context.db, input.datastore);
  const holds = await privilegeFilter(context);
  const visible = (row: SnapshotJoin): boolean => {
    const path = datastorePath(row.datastore.name, row.snapshot.namespace);
    if (holds(path, 'Datastore.Audit') || holds(path, 'Datastore.Read')) return true;
    return (
      holds(path, 'Datastore.Backup') &&
      row.owner !== null &&
      owns(caller.principal, row.owner as PrincipalId)
    );
  };
  const found: SortedSnapshot[] = [];
  let cursor = input.cursor ?? null;
  do {
    const page = await readPage(context, input, cursor);
    found.push(...page.filter(visible));
    cursor = page.length < input.limit ? null : cursorAfter(page);
  } while (cursor !== null && found.length < input.limit);
  const snapshots = found.slice(0, input.limit);
  const more = cursor !== null || found.length > input.limit;
  return {
    snapshots: await viewSnapshots(context.db, snapshots),
    cursor: more ? cursorAfter(snapshots) : null,
  };
}

async function readPage(context: ServiceContext, input: SnapshotListInput, cursor: string | null) {
  return context.db
    .select({
      snapshot,
      datastore: { name: datastore.name },
      owner: backupGroup.owner,
      sortValue: sortValue(input),
    })
    .from(snapshot)
    .innerJoin(datastore, eq(datastore.id, snapshot.datastoreId))
    .leftJoin(
      backupGroup,
      and(
        eq(backupGroup.datastoreId, snapshot.datastoreId),
        eq(backupGroup.namespace, snapshot.namespace),
        eq(backupGroup.type, snapshot.type),
        eq(backupGroup.backupId, snapshot.backupId),
      ),
    )
    .where(and(...conditions(input), cursor === null ? undefined : behind(cursor, input)))
    .orderBy(...orderBy(input))
    .limit(input.limit);
}

function conditions(input: SnapshotListInput): (SQL | undefined)[] {
  const pattern = input.search ? `%${input.search.replace(/[\\%_]/g, '\\$&')}%` : null;
  return [
    input.datastore ? eq(datastore.name, input.datastore) : undefined,
    input.namespace === undefined ? undefined : eq(snapshot.namespace, input.namespace),
    input.type ? eq(snapshot.type, input.type) : undefined,
    input.id ? eq(snapshot.backupId, input.id) : undefined,
    input.owner ? eq(backupGroup.owner, input.owner) : undefined,
    input.protected === undefined ? undefined : eq(snapshot.protected, input.protected),
    input.verified ? isVerified(input.verified) : undefined,
    input.days ? gt(snapshot.time, sql`now() - make_interval(days => ${input.days})`) : undefined,
    pattern
      ? or(
          ilike(snapshot.backupId, pattern),
          ilike(snapshot.notes, pattern),
          ilike(backupGroup.owner, pattern),
        )
      : undefined,
  ];
}

function cursorAfter(rows: readonly SortedSnapshot[]): string | null {
  const last = rows.at(-1);
  return last ? cursorAt(last) : null;
}
