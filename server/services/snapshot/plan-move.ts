import { and, count, eq, like, max, min, or } from 'drizzle-orm';
import { formatGroupPath, type GroupRef } from '#domain/ids.ts';
import { checkGroupPlaces, checkMeeting, checkMerge, type GroupMovePlanInput } from '#domain/move.ts';
import { type AclPath, datastorePath } from '#domain/permissions.ts';
import { must, type Problem } from '#domain/result.ts';
import { isInScope } from '#domain/scope.ts';
import { groupOf } from '#domain/snapshot.ts';
import type { TaskKind } from '#domain/task.ts';
import type { Executor } from '#drizzle/client.ts';
import { backupGroup, snapshot } from '#drizzle/schema/snapshot.ts';
import { task } from '#drizzle/schema/task.ts';
import { trashedSnapshot } from '#drizzle/schema/trash.ts';
import { privilegeFilter } from '../../auth/require-privilege.ts';
import type { ServiceContext } from '../context.ts';
import { type DatastoreRow, findDatastore } from '../find-datastore.ts';
import { findGroup, groupMissing } from '../find-group.ts';
import { hasNamespace, namespaceMissing } from '../find-namespace.ts';
import { type AccessChange, accessChanges } from '../namespace/access-changes.ts';
import { jobsFor, type NamespaceJob, seesGrants } from '../namespace/namespace-hangs.ts';
import { requireContent, requireOwner } from '../require-content.ts';

export interface GroupMovePlan {
  owner: string | null;
  snapshotCount: number;
  /** What lies in the trash of it, and goes along. */
  trashedCount: number;
  /** The group that is there already; null where the place is free. */
  target: { owner: string | null; snapshotCount: number } | null;
  /** Why it is refused without merging, and why merging is; null where nothing speaks against it. */
  refusal: Problem | null;
  mergeRefusal: Problem | null;
  /** What runs on either group now; while it does, the move is refused. */
  running: { taskId: string; kind: TaskKind; startedAt: Date | null }[];
  /** Who may do something only here or only there; null for whoever may not see that. */
  access: AccessChange[] | null;
  /** Jobs that look after it only here, and only there. */
  jobs: { end: NamespaceJob[]; begin: NamespaceJob[] };
}

/** What a move of a group would meet and change. Nothing is changed. */
export async function planGroupMove(
  context: ServiceContext,
  input: GroupMovePlanInput,
): Promise<GroupMovePlan> {
  await requireContent(context, input.source, ['Datastore.Modify'], 'Datastore.Prune');
  const { row, owner } = await requireMovable(context, input);
  const [from, to] = [groupOf(input.source), groupOf(input.destination)];
  const { db } = context;
  const [source, target] = await Promise.all([readMeeting(db, row, from), readMeeting(db, row, to)]);
  const covers = (here: GroupRef, there: GroupRef) =>
    jobsFor(db, row, (scope) => {
      const whole = { ...scope, group: null };
      return isInScope(here.namespace, whole) && !isInScope(there.namespace, whole);
    });
  const places = [from, to].map(({ namespace }) => datastorePath(row.name, namespace)) as [AclPath, AclPath];
  return {
    ...{ owner, snapshotCount: source.snapshotCount, trashedCount: await countTrashed(db, row, from) },
    target: target.isThere ? { owner: target.owner, snapshotCount: target.snapshotCount } : null,
    refusal: target.isThere ? checkMeeting(to, { ...source, owner }, target, false) : null,
    mergeRefusal: target.isThere ? checkMerge(formatGroupPath(to), { ...source, owner }, target) : null,
    running: [...(await runningOn(db, row, from)), ...(await runningOn(db, row, to))],
    access: seesGrants(await privilegeFilter(context)) ? await accessChanges(db, ...places) : null,
    jobs: { end: await covers(from, to), begin: await covers(to, from) },
  };
}

/**
 * The datastore and the owner of a group that the caller may move there. *Errors*: PRIVILEGE_MISSING and OWNER_MISMATCH at
 * either side, GROUP_NOT_FOUND, NAMESPACE_NOT_FOUND; MOVE_OTHER_DATASTORE, MOVE_OTHER_GROUP, MOVE_SAME_PLACE.
 */
export async function requireMovable(
  context: ServiceContext,
  { source, destination }: GroupMovePlanInput,
): Promise<{ row: DatastoreRow; owner: string | null }> {
  const mayTake = await requireContent(context, source, ['Datastore.Modify'], 'Datastore.Prune');
  const problem = checkGroupPlaces(source, destination);
  if (problem) must({ ok: false, problem });
  const row = await findDatastore(context.db, source.datastore);
  const { owner } = await findGroup(context.db, row, groupOf(source));
  requireOwner(mayTake, owner, groupMissing(row.name, groupOf(source)));
  const mayPut = await requireContent(context, destination, ['Datastore.Modify'], 'Datastore.Backup');
  requireOwner(mayPut, owner);
  if (await hasNamespace(context.db, row.id, destination.namespace)) return { row, owner };
  throw namespaceMissing(row.name, destination.namespace, 'destination');
}

async function readMeeting(db: Executor, { id }: DatastoreRow, group: GroupRef) {
  const { time, datastoreId, namespace, type, backupId } = snapshot;
  const isIt = and(
    eq(datastoreId, id),
    eq(namespace, group.namespace),
    eq(type, group.type),
    eq(backupId, group.id),
  );
  const [found] = await db
    .select({ oldest: min(time), newest: max(time), snapshotCount: count() })
    .from(snapshot)
    .where(isIt);
  const [row] = await db
    .select({ owner: backupGroup.owner })
    .from(backupGroup)
    .where(
      and(
        eq(backupGroup.datastoreId, id),
        eq(backupGroup.namespace, group.namespace),
        eq(backupGroup.type, group.type),
        eq(backupGroup.backupId, group.id),
      ),
    );
  const times =
    found?.oldest && found.newest
      ? { oldest: found.oldest.getTime() / 1000, newest: found.newest.getTime() / 1000 }
      : null;
  const snapshotCount = found?.snapshotCount ?? 0;
  return { isThere: row !== undefined || snapshotCount > 0, owner: row?.owner ?? null, times, snapshotCount };
}

function countTrashed(db: Executor, { id }: DatastoreRow, group: GroupRef): Promise<number> {
  const { datastoreId, namespace, type, backupId } = trashedSnapshot;
  return db.$count(
    trashedSnapshot,
    and(eq(datastoreId, id), eq(namespace, group.namespace), eq(type, group.type), eq(backupId, group.id)),
  );
}

/** Tasks about the group or one of its snapshots. */
async function runningOn(db: Executor, { id, name }: DatastoreRow, group: GroupRef) {
  const subject = `${name}:${formatGroupPath(group)}`;
  const rows = await db
    .select({ taskId: task.id, kind: task.kind, startedAt: task.startedAt })
    .from(task)
    .where(
      and(
        ...[eq(task.datastoreId, id), eq(task.state, 'running')],
        or(eq(task.subject, subject), like(task.subject, `${subject.replaceAll(/[\\%_]/g, '\\$&')}/%`)),
      ),
    );
  return rows.map((row) => ({ ...row, kind: row.kind as TaskKind }));
}
