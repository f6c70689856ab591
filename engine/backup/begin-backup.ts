import { BackupError } from '#domain/errors.ts';
import {
  formatGroupPath,
  formatSnapshot,
  formatSnapshotPath,
  formatSnapshotTime,
  type SnapshotRef,
} from '#domain/ids.ts';
import { owns, type PrincipalId } from '#domain/principal.ts';
import type { Datastore } from '../datastore.ts';
import { openOrCreateGroup, removeEmptyGroup } from '../hierarchy/groups.ts';
import { snapshotKey } from '../hierarchy/layout.ts';
import { namespaceExists, noNamespace } from '../hierarchy/namespaces.ts';
import { isFinished } from '../hierarchy/snapshots.ts';
import type { Lock } from '../locks/lock-table.ts';
import { snapshotPlace } from '../locks/places.ts';
import { BackupSession, type SessionLog } from './backup-session.ts';
import { violation } from './index-upload.ts';
import { type EarlierSnapshots, findEarlier } from './previous-snapshot.ts';

export interface BackupRequest {
  snapshot: SnapshotRef;
  caller: PrincipalId;
  /** Speed test: nothing stays, and the owner does not matter. PROTOCOL_VIOLATION outside of its own group. */
  benchmark: boolean;
  log: SessionLog;
}

/**
 * Starts a backup (docs/formats/protocol.md): takes the group, fixes the previous snapshot and makes the
 * directory. On a refusal nothing is left behind and no lock is held.
 *
 * *Locks*: group and new snapshot exclusively, previous snapshot shared, until the session ends.
 * *Errors*: NAMESPACE_NOT_FOUND, GROUP_LOCKED, OWNER_MISMATCH, SNAPSHOT_TIME_TOO_OLD, SNAPSHOT_EXISTS,
 * SNAPSHOT_LOCKED and those of the storage.
 */
export async function beginBackup(store: Datastore, request: BackupRequest): Promise<BackupSession> {
  const { snapshot, caller } = request;
  store.assertOwned();
  if (!(await namespaceExists(store.backend, snapshot.namespace))) throw noNamespace(snapshot.namespace);
  if (request.benchmark && formatGroupPath(snapshot) !== BENCHMARK_GROUP) {
    throw violation(`benchmark flags is only allowed on '${BENCHMARK_GROUP}'`);
  }
  const holder = `backup of ${formatSnapshot(snapshot)}`;
  const group = await openOrCreateGroup(store, snapshot, caller, holder);
  const locks: Disposable[] = [group.lock];
  try {
    if (!request.benchmark) checkOwner(caller, group.owner);
    const { newestTime, usable, lock: previousLock } = await lockEarlier(store, snapshot, holder);
    if (previousLock) locks.push(previousLock);
    if (newestTime !== null && snapshot.time <= newestTime) throw tooOld(snapshot, newestTime);
    const snapshotLock = await makeSnapshotDirectory(store, snapshot, holder);
    locks.push(snapshotLock);
    return new BackupSession({
      store,
      snapshot,
      benchmark: request.benchmark,
      log: request.log,
      previous: usable,
      groupCreated: group.created,
      locks: { group: group.lock, snapshot: snapshotLock, previous: previousLock },
      writer: store.processLock.writer(),
    });
  } catch (error) {
    try {
      if (group.created) await removeEmptyGroup(store, snapshot);
    } finally {
      for (const lock of locks.reverse()) lock[Symbol.dispose]();
    }
    throw error;
  }
}

/** Somebody may remove it between the look at it and the lock; then the one before is the previous one. */
async function lockEarlier(
  store: Datastore,
  snapshot: SnapshotRef,
  holder: string,
): Promise<EarlierSnapshots & { lock: Lock | null }> {
  for (;;) {
    const earlier = await findEarlier(store, snapshot);
    if (earlier.usable === null) return { ...earlier, lock: null };
    using stack = new DisposableStack();
    const lock = stack.use(store.locks.shared(snapshotPlace(earlier.usable), holder));
    if (!(await isFinished(store.backend, earlier.usable))) continue;
    stack.move();
    return { ...earlier, lock };
  }
}

/** The only group that a speed test may use. */
const BENCHMARK_GROUP = 'host/benchmark';

function checkOwner(caller: PrincipalId, owner: PrincipalId | null): void {
  if (owner !== null && owns(caller, owner)) return;
  throw new BackupError('OWNER_MISMATCH', `backup owner check failed (${caller} != ${owner ?? 'nobody'})`, {
    hint: 'Back up as the owner of the group, or have its owner changed.',
  });
}

function tooOld(snapshot: SnapshotRef, newestTime: number): BackupError {
  const newest = formatSnapshotTime(newestTime);
  return new BackupError(
    'SNAPSHOT_TIME_TOO_OLD',
    `backup timestamp is older than last backup. ${formatGroupPath(snapshot)} has one of ${newest} already.`,
    { hint: 'Check the clock of the client.' },
  );
}

async function makeSnapshotDirectory(store: Datastore, snapshot: SnapshotRef, holder: string): Promise<Lock> {
  const lock = store.locks.exclusive(snapshotPlace(snapshot), holder);
  try {
    const made = await store.backend.makeDirectory(snapshotKey(snapshot), {
      durable: store.syncLevel === 'file',
    });
    if (made) return lock;
    throw new BackupError(
      'SNAPSHOT_EXISTS',
      `backup directory already exists. It is ${formatSnapshotPath(snapshot)}.`,
      {
        hint: 'An unfinished backup lies there; use another time or forget it first.',
      },
    );
  } catch (error) {
    lock.release();
    throw error;
  }
}
