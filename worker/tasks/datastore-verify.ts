import { hostname } from 'node:os';
import { eq } from 'drizzle-orm';
import { epochSeconds } from '#domain/clock.ts';
import { BackupError } from '#domain/errors.ts';
import { formatSnapshotPath, type GroupRef, type NamespacePath, type SnapshotRef } from '#domain/ids.ts';
import { datastorePath } from '#domain/permissions.ts';
import { formatUpid, upidStart } from '#domain/upid.ts';
import {
  isVerifyDue,
  VERIFY_PRIVILEGES,
  type VerifyResult,
  type VerifyWish,
  verifyWords,
} from '#domain/verify.ts';
import { task } from '#drizzle/schema/task.ts';
import type { Problem } from '#engine/audit/chunk-audit.ts';
import type { Datastore } from '#engine/datastore.ts';
import { listInScope, requireInScope } from '#engine/hierarchy/groups-in-scope.ts';
import { isFinished, noSnapshot, type VerifyState } from '#engine/hierarchy/snapshots.ts';
import {
  type DueSnapshot,
  findDue,
  type VerifyReport,
  verifySnapshots,
} from '#engine/verify/verify-snapshots.ts';
import { noteDamage } from '../catalog/damaged-chunks.ts';
import { refreshSnapshot } from '../catalog/write-catalog.ts';
import type { OwnedDatastore } from '../owned-datastore.ts';
import { noteFindings } from './audit-findings.ts';
import { rightsNow } from './rights-now.ts';
import { runEndAt } from './run-end.ts';
import { ownedBy, type TaskContext, type TaskHandler, type TaskOutcome } from './task-context.ts';

type VerifyContext = TaskContext<'datastore.verify'>;

/**
 * Reads snapshots and checks every byte. Their manifests carry the result, so a run whose worker was lost goes on where
 * it was: what it has verified carries its name.
 */
export const handleVerify: TaskHandler<'datastore.verify'> = async (context) => {
  const owned = ownedBy(context);
  const store = owned.writer();
  const { clock } = context.worker;
  using end = runEndAt(clock, context.payload.until);
  const upid = await upidOf(context, owned);
  context.progress({ phase: 'Choose' });
  const { due, upToDate } = await choose(context, owned, store, upid);
  const report = await verifySnapshots(
    store,
    due.map(({ snapshot }) => snapshot),
    {
      ...{ upid, budgetBytes: context.payload.budgetBytes, signal: context.signal, over: end.signal },
      report: (done, total) => context.progress({ phase: 'Verify', done, total, unit: 'chunks' }),
      damaged: (place) => noteDamage(context.worker, owned, store, place),
      verified: (snapshot, problems) => noteResult(context, owned, store, snapshot, problems),
      skipped: (snapshot, why) => context.log('warning', `Skipped ${formatSnapshotPath(snapshot)}: ${why}`),
    },
  );
  const outcome = outcomeOf(report, upToDate);
  return report.stopped ? { ...outcome, leftAt: new Date(clock.now()) } : outcome;
};

/** The same for every attempt of the task. */
async function upidOf(
  { worker, taskId, createdBy }: VerifyContext,
  { name }: OwnedDatastore,
): Promise<string> {
  const [row] = await worker.db.select({ createdAt: task.createdAt }).from(task).where(eq(task.id, taskId));
  const createdAt = row?.createdAt.getTime() ?? worker.clock.now();
  const number = Number.parseInt(taskId.slice(0, 8), 16);
  const startedAt = Math.floor(createdAt / 1000);
  return formatUpid({ node: hostname(), startedAt, number, type: 'verify', id: name, user: createdBy });
}

async function choose(context: VerifyContext, { name }: OwnedDatastore, store: Datastore, upid: string) {
  const { payload, signal, worker } = context;
  const now = epochSeconds(worker.clock);
  const mayVerify = await namespaceFilter(context, name);
  const groups = (await groupsOf(store, payload)).filter(({ namespace }) => mayVerify(namespace));
  let upToDate = 0;
  const isDue = (last: VerifyState | null, { time }: SnapshotRef): boolean => {
    if (payload.time !== null && payload.time !== time) return false; // not asked about
    if (last?.upid === upid) return false; // by an attempt before this one
    const at = last && upidStart(last.upid);
    const isOld = isVerifyDue(last && { state: last.state, at }, payload.outdatedAfterDays, now);
    if (!isOld) upToDate += 1;
    return isOld;
  };
  const found = await findDue(store, groups, isDue, signal);
  const wanted = found.filter(({ snapshot }) => payload.time === null || snapshot.time === payload.time);
  return { due: inOrder(wanted, payload), upToDate };
}

/** As the privileges are now of whom it is done for: a right on a namespace need not reach all that is below. */
async function namespaceFilter({ payload, worker }: VerifyContext, datastore: string) {
  const { onBehalfOf } = payload;
  if (onBehalfOf === null) return () => true;
  const rights = await rightsNow(worker, onBehalfOf);
  return (namespace: NamespacePath): boolean => {
    const held = rights(datastorePath(datastore, namespace));
    return VERIFY_PRIVILEGES.some((privilege) => held.has(privilege));
  };
}

/** NAMESPACE_NOT_FOUND, GROUP_NOT_FOUND or SNAPSHOT_NOT_FOUND for what was asked for by name. */
async function groupsOf({ backend }: Datastore, wish: VerifyWish): Promise<GroupRef[]> {
  const groups = await listInScope(backend, wish);
  await requireInScope(backend, wish, groups);
  const [group] = groups;
  if (wish.time === null || !group) return groups;
  const snapshot = { ...group, time: wish.time };
  if (!(await isFinished(backend, snapshot))) throw noSnapshot(snapshot);
  return groups;
}

/** With a budget, what was not looked at for longest comes first. */
function inOrder(due: DueSnapshot[], { budgetBytes }: VerifyWish): DueSnapshot[] {
  if (budgetBytes === null) return due;
  const lastOf = ({ state }: DueSnapshot) => (state && upidStart(state.upid)) ?? 0;
  return due.toSorted((a, b) => lastOf(a) - lastOf(b));
}

async function noteResult(
  { worker, log }: VerifyContext,
  owned: OwnedDatastore,
  store: Datastore,
  snapshot: SnapshotRef,
  problems: readonly Problem[],
): Promise<void> {
  const name = formatSnapshotPath(snapshot);
  if (problems.length === 0) log('info', `${name} is sound.`);
  for (const { what } of problems) log('error', `${name}: ${what}`);
  await refreshSnapshot(worker.db, store, owned.id, snapshot);
  await noteFindings(worker.db, owned.id)(
    snapshot,
    problems.map(({ what }) => what),
  );
}

function outcomeOf({ sound, failed, read, ...report }: VerifyReport, upToDate: number): TaskOutcome {
  const { skipped, vanished, left, stopped } = report;
  const result: VerifyResult = {
    ...{ sound, failed: failed.length, skipped, upToDate, vanished, left, stopped },
    ...{ readChunks: read.chunks, readBytes: read.bytes },
  };
  const outcome = verifyWords(result);
  if (failed.length === 0) return { outcome, result };
  const failure = new BackupError('DATA_CORRUPT', outcome, {
    hint: 'The log names what is damaged. The next backup of the same data stores damaged chunks anew.',
  });
  return { outcome, result, failure };
}
