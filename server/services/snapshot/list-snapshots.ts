import { and, desc, eq, gt, ilike, or, type SQL, sql } from 'drizzle-orm';
import { BackupError } from '#domain/errors.ts';
import { datastorePath } from '#domain/permissions.ts';
import { owns, type PrincipalId } from '#domain/principal.ts';
import type { SnapshotListInput } from '#domain/snapshot.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { backupGroup, snapshot } from '#drizzle/schema/snapshot.ts';
import { privilegeFilter, requirePrivilegeBelow } from '../../auth/require-privilege.ts';
import type { ServiceContext } from '../context.ts';
import { VISIBLE } from '../datastore/list-datastores.ts';
import { findDatastore } from '../find-datastore.ts';
import { type SnapshotJoin, type SnapshotView, viewSnapshot } from './snapshot-view.ts';

export interface SnapshotPage {
  snapshots: SnapshotView[];
  /** Pass it back for the next page; null on the last one. */
  cursor: string | null;
}

/** Ties in time are told apart by the whole reference, so that no snapshot is skipped between two pages. */
const REFERENCE = sql`(${snapshot.datastoreId}::text || '/' || ${snapshot.namespace} || '/' || ${snapshot.type} || '/' || ${snapshot.backupId})`;

/** Snapshots that the caller may see, across datastores, newest first. */
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
  const found: SnapshotJoin[] = [];
  let cursor = input.cursor ?? null;
  do {
    const page = await readPage(context, input, cursor);
    found.push(...page.filter(visible));
    cursor = page.length < input.limit ? null : cursorAt(page.at(-1));
  } while (cursor !== null && found.length < input.limit);
  const snapshots = found.slice(0, input.limit);
  const more = cursor !== null || found.length > input.limit;
  return { snapshots: snapshots.map(viewSnapshot), cursor: more ? cursorAt(snapshots.at(-1)) : null };
}

async function readPage(context: ServiceContext, input: SnapshotListInput, cursor: string | null) {
  return context.db
    .select({ snapshot, datastore: { name: datastore.name }, owner: backupGroup.owner })
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
    .where(and(...conditions(input), cursor === null ? undefined : behind(cursor)))
    .orderBy(desc(snapshot.time), desc(REFERENCE))
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

function cursorAt(row: SnapshotJoin | undefined): string | null {
  if (!row) return null;
  const { datastoreId, namespace, type, backupId, time } = row.snapshot;
  const text = JSON.stringify([time.toISOString(), `${datastoreId}/${namespace}/${type}/${backupId}`]);
  return Buffer.from(text).toString('base64url');
}

function behind(cursor: string): SQL {
  const parts = parseCursor(cursor);
  return sql`(${snapshot.time}, ${REFERENCE}) < (${parts.time}::timestamptz, ${parts.reference})`;
}

function parseCursor(cursor: string): { time: string; reference: string } {
  try {
    const [time, reference] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown[];
    if (typeof time === 'string' && typeof reference === 'string' && !Number.isNaN(Date.parse(time))) {
      return { time, reference };
    }
  } catch {
    // fall through to the message
  }
  throw new BackupError('INPUT_INVALID', 'The cursor is not one of ours.', { field: 'cursor' });
}
