import { randomInt } from 'node:crypto';
import { DRILL_PRIVILEGES, DRILL_PROBLEMS_MAX, type DrillResult, drillWords } from '#domain/drill.ts';
import { BackupError, isBackupError } from '#domain/errors.ts';
import { formatSnapshotPath, type NamespacePath, type SnapshotRef } from '#domain/ids.ts';
import { datastorePath, privilegesOn } from '#domain/permissions.ts';
import { countOf } from '#domain/units.ts';
import { type DrillRow, putDrillReport } from '#drizzle/drills.ts';
import { entriesOf } from '#drizzle/permissions.ts';
import type { Digest } from '#engine/chunks/digest.ts';
import type { Datastore } from '#engine/datastore.ts';
import { listInScope, requireInScope } from '#engine/hierarchy/groups-in-scope.ts';
import { isFinished, noSnapshot } from '#engine/hierarchy/snapshots.ts';
import type { Lock } from '#engine/locks/lock-table.ts';
import { snapshotPlace } from '#engine/locks/places.ts';
import { noteDamage } from '../catalog/damaged-chunks.ts';
import { type Choice, chooseSnapshot } from '../drill/choose-snapshot.ts';
import { type DrillReport, drillSnapshot } from '../drill/drill-snapshot.ts';
import { makeScratch, removeScratch } from '../drill/scratch.ts';
import { storedSnapshot } from '../drill/stored-snapshot.ts';
import type { OwnedDatastore } from '../owned-datastore.ts';
import { ownedBy, type TaskContext, type TaskHandler, type TaskOutcome } from './task-context.ts';

type DrillContext = TaskContext<'datastore.drill'>;

/** 2^32: chance in steps of that. */
const STEPS = 0x1_0000_0000;
/** A log of everything that differs in a large tree would say no more than its first lines. */
const LOGGED_MAX = 200;

/**
 * Really restores a snapshot on the server and compares it. *Locks*: the snapshot shared, so that nobody removes it
 * meanwhile. What was restored is removed whatever happens.
 */
export const handleDrill: TaskHandler<'datastore.drill'> = async (context) => {
  const owned = ownedBy(context);
  const store = owned.reader();
  context.progress({ phase: 'Choose' });
  const chosen = await chooseAndHold(context, owned, store);
  if (chosen.snapshot === null) return nothingToDrill(context, chosen.encrypted);
  const { snapshot, lock } = chosen;
  const name = formatSnapshotPath(snapshot);
  context.log('info', `Restoring ${name}${context.payload.time === null ? ', chosen at random' : ''}.`);
  const problems: Problems = { count: 0, first: [] };
  const tell = (words: string) => {
    problems.count += 1;
    if (problems.first.length < DRILL_PROBLEMS_MAX) problems.first.push(words);
    if (problems.count <= LOGGED_MAX) context.log('error', `${name}: ${words}`);
  };
  const damaged: DamagedChunks = new Map();
  const startedAt = new Date(context.worker.clock.now());
  try {
    const report = await inScratch(context, (scratch) =>
      drillSnapshot(
        storedSnapshot(store, snapshot, (digest, file) => damaged.set(digest, file)),
        {
          ...{ snapshot, scratch, monotonic: context.worker.clock.monotonic, signal: context.signal },
          ...{ progress: context.progress, problem: tell },
          note: (words) => context.log('info', words),
        },
      ),
    );
    for (const [digest, file] of damaged) {
      context.log('error', `${file} needs the chunk ${digest}, which is damaged or missing.`);
      await noteDamage(context.worker, owned, store, { snapshot, file, digest });
    }
    return await conclude(context, { snapshot, report, problems, startedAt });
  } finally {
    lock.release();
  }
};

/** All are counted, and the first ones kept: every file of a large tree may have one. */
interface Problems {
  count: number;
  first: string[];
}

/** Digests with the file in whose index they were met. */
type DamagedChunks = Map<Digest, string>;

async function inScratch<T>(context: DrillContext, work: (scratch: string) => Promise<T>): Promise<T> {
  const scratch = await makeScratch(context.worker, context.taskId);
  try {
    return await work(scratch);
  } finally {
    await removeScratch(scratch).catch((error) => {
      context.worker.log.error({ err: error, scratch }, 'what a drill restored could not be removed');
      context.log('warning', `${scratch} could not be removed: ${error.message}.`);
    });
  }
}

type Held = { snapshot: SnapshotRef; lock: Lock } | { snapshot: null; encrypted: number };

/** One that was chosen at random and is gone, or on its way out, before it is held says nothing: another one is chosen. */
const CHOICES_MAX = 20;

async function chooseAndHold(context: DrillContext, owned: OwnedDatastore, store: Datastore): Promise<Held> {
  const isNamed = context.payload.time !== null;
  for (let left = isNamed ? 1 : CHOICES_MAX; ; left -= 1) {
    const { snapshot, encrypted } = await choose(context, owned, store);
    if (snapshot === null) return { snapshot, encrypted };
    try {
      return { snapshot, lock: await hold(store, snapshot) };
    } catch (error) {
      if (left <= 1 || !isBackupError(error, 'SNAPSHOT_LOCKED', 'SNAPSHOT_NOT_FOUND')) throw error;
    }
  }
}

/** SNAPSHOT_LOCKED while somebody changes it, SNAPSHOT_NOT_FOUND when it has gone meanwhile. */
async function hold({ locks, backend }: Datastore, snapshot: SnapshotRef): Promise<Lock> {
  const lock = locks.shared(snapshotPlace(snapshot), 'restore drill');
  try {
    if (await isFinished(backend, snapshot)) return lock;
    throw noSnapshot(snapshot);
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** NAMESPACE_NOT_FOUND, GROUP_NOT_FOUND or SNAPSHOT_NOT_FOUND for what was asked for by name. */
async function choose(
  context: DrillContext,
  { name }: OwnedDatastore,
  { backend }: Datastore,
): Promise<Choice> {
  const { payload, signal } = context;
  const groups = await listInScope(backend, payload);
  await requireInScope(backend, payload, groups);
  const mayDrill = await namespaceFilter(context, name);
  const random = () => randomInt(STEPS) / STEPS;
  const allowed = groups.filter(({ namespace }) => mayDrill(namespace));
  return chooseSnapshot(backend, allowed, { time: payload.time, random, signal });
}

/** As the privileges are now of whom it is done for: a right on a namespace need not reach all that is below. */
async function namespaceFilter({ payload, worker }: DrillContext, datastore: string) {
  const { onBehalfOf } = payload;
  if (onBehalfOf === null) return () => true;
  const entries = await entriesOf(worker.db, onBehalfOf);
  return (namespace: NamespacePath): boolean => {
    const held = privilegesOn(entries, onBehalfOf, datastorePath(datastore, namespace));
    return DRILL_PRIVILEGES.some((privilege) => held.has(privilege));
  };
}

function nothingToDrill({ log }: DrillContext, encrypted: number): TaskOutcome {
  if (encrypted === 0) return { outcome: 'There is no finished snapshot: nothing was restored.' };
  const outcome = `All there is (${countOf(encrypted, 'snapshot')}) is encrypted: nothing was restored. Try a restore with the client and its key.`;
  log('warning', 'The server has no key, so it cannot restore what is encrypted.');
  return { outcome };
}

interface Drilled {
  snapshot: SnapshotRef;
  report: DrillReport;
  problems: Problems;
  startedAt: Date;
}

async function conclude(context: DrillContext, drilled: Drilled): Promise<TaskOutcome> {
  const { worker, payload, taskId, createdBy } = context;
  const { snapshot, report, problems, startedAt } = drilled;
  const { namespace, type, id: backupId, time } = snapshot;
  const choice: DrillResult['choice'] = payload.time === null ? 'random' : 'named';
  const { encrypted, ...amounts } = report;
  const result: DrillResult = {
    ...{ namespace, type, backupId, time, choice },
    ...{ ...amounts, problems: problems.count, encrypted },
  };
  const row: DrillRow = {
    ...{ id: taskId, datastoreId: payload.datastoreId, namespace, type, backupId, choice, ...amounts },
    time: new Date(time * 1000),
    state: problems.count === 0 ? 'passed' : 'failed',
    ...{ startedAt, finishedAt: new Date(worker.clock.now()), createdBy },
    problems: problems.first,
  };
  await worker.db.transaction((tx) => putDrillReport(tx, row));
  const outcome = drillWords(formatSnapshotPath(snapshot), result, problems.first[0]);
  if (problems.count === 0) return { outcome, result };
  const failure = new BackupError('DATA_CORRUPT', outcome, {
    hint: 'The report names what is wrong. Verify the datastore, and restore from another snapshot until the next backup.',
  });
  return { outcome, result, failure };
}
