import { pickOne } from '#domain/drill.ts';
import { formatGroupPath, type GroupRef, type SnapshotRef } from '#domain/ids.ts';
import type { ObjectBackend } from '#engine/backends/backend.ts';
import { isFinished, listSnapshots, noSnapshot, readSnapshotInfo } from '#engine/hierarchy/snapshots.ts';

/** Nothing of it stays. */
const BENCHMARK_GROUP = 'host/benchmark';

export interface Choice {
  /** Null when there is none that the server could restore. */
  snapshot: SnapshotRef | null;
  /** Passed over on the way: encrypted, so that only a client with the key can restore them. */
  encrypted: number;
}

/**
 * A finished snapshot of the groups at random, each as likely as the others; one that is wholly encrypted only makes
 * the choice fall on another one. With `time` the one that is named, SNAPSHOT_NOT_FOUND when it is not there.
 */
export async function chooseSnapshot(
  backend: ObjectBackend,
  groups: readonly GroupRef[],
  { time, random, signal }: { time: number | null; random: () => number; signal: AbortSignal },
): Promise<Choice> {
  const [group] = groups;
  if (time !== null && group) {
    const snapshot = { ...group, time };
    if (!(await isFinished(backend, snapshot))) throw noSnapshot(snapshot);
    return { snapshot, encrypted: 0 };
  }
  const left = await listAll(backend, groups, signal);
  let encrypted = 0;
  for (let one = pickOne(left, random); one; one = pickOne(left, random)) {
    signal.throwIfAborted();
    const fate = await fateOf(backend, one);
    if (fate === 'fits') return { snapshot: one, encrypted };
    if (fate === 'encrypted') encrypted += 1;
    left.splice(left.indexOf(one), 1);
  }
  return { snapshot: null, encrypted };
}

async function listAll(
  backend: ObjectBackend,
  groups: readonly GroupRef[],
  signal: AbortSignal,
): Promise<SnapshotRef[]> {
  const all: SnapshotRef[] = [];
  for (const group of groups) {
    signal.throwIfAborted();
    if (formatGroupPath(group) !== BENCHMARK_GROUP) all.push(...(await listSnapshots(backend, group)));
  }
  return all;
}

/** One whose manifest is damaged fits: that it cannot be restored is what a drill is to find. */
async function fateOf(
  backend: ObjectBackend,
  snapshot: SnapshotRef,
): Promise<'fits' | 'encrypted' | 'unfinished'> {
  const info = await readSnapshotInfo(backend, snapshot);
  if (!info?.finished) return 'unfinished';
  if (info.damage !== null) return 'fits';
  const archives = info.files.filter(({ cryptMode }) => cryptMode !== undefined);
  return archives.length > 0 && archives.every(({ cryptMode }) => cryptMode === 'encrypt')
    ? 'encrypted'
    : 'fits';
}
