import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { TaskDetail } from '#cli/connect/api.ts';
import { GcResult } from '#domain/gc.ts';
import { formatSnapshotTime } from '#domain/ids.ts';
import { chunkKey } from '#engine/chunks/chunk-key.ts';
import { digestOf } from '#engine/chunks/digest.ts';
import { GC_STATUS_NAME } from '#engine/gc/gc-status.ts';
import { parseManifest } from '#engine/hierarchy/manifest.ts';
import { chunksOnDisk } from '../chunks-on-disk.ts';
import { snapshotRef } from '../session-client.ts';
import { backUpPieces } from './client-calls.ts';
import { endOf, type FaultDatastore } from './fault-datastore.ts';

/** Garbage collection, pruning and verification as people ask for them, and what they leave on the disk. */

/** Each a chunk of its own. */
export function smallPieces(count: number): Buffer[] {
  return Array.from({ length: count }, () => randomBytes(2000));
}

const pathOf = (root: string, piece: Buffer) => join(root, chunkKey(digestOf(piece)));

/** How many of the chunks are files below `root`. */
export function stored(root: string, pieces: readonly Buffer[]): number {
  return pieces.filter((piece) => fs.existsSync(pathOf(root, piece))).length;
}

/** As if everything had been written and used two days ago: what is younger is read after a stop, which counts as used. */
export function ageAll(root: string): void {
  const then = Date.now() / 1000 - 172_800;
  for (const path of fs.globSync(`${root}/.chunks/*/*`)) fs.utimesSync(path, then, then);
}

/** Chunks that were backed up and that no snapshot needs any more, and all as in `ageAll`. */
export async function makeGarbage(store: FaultDatastore, root: string, count: number): Promise<Buffer[]> {
  const pieces = smallPieces(count);
  const time = await backUpPieces(store, 'garbage', pieces);
  await forget(store, 'garbage', time);
  const { taskId } = await store.api.trash.empty.mutate({ datastore: store.name });
  await endOf(store.api, { taskId: taskId ?? '' });
  ageAll(root);
  return pieces;
}

export async function forget(store: FaultDatastore, id: string, time: number): Promise<void> {
  const snapshots = [snapshotRef(id, time)];
  const { taskId } = await store.api.snapshot.forget.mutate({ datastore: store.name, snapshots });
  await endOf(store.api, { taskId: taskId ?? '' });
}

export const startGc = (store: FaultDatastore) => store.api.datastore.gc.mutate({ name: store.name });

export function startVerify(store: FaultDatastore, id: string) {
  const group = { type: 'host' as const, id: snapshotRef(id).id };
  return store.api.datastore.verify.mutate({ name: store.name, group, outdatedAfterDays: 0 });
}

export function startPrune(store: FaultDatastore, id: string) {
  const group = { type: 'host' as const, id: snapshotRef(id).id };
  return store.api.datastore.prune.mutate({ name: store.name, group, keep: { last: 1 } });
}

/** `.gc-status` as it is; null before the first collection. */
export function gcStatus(root: string): string | null {
  const path = join(root, GC_STATUS_NAME);
  return fs.existsSync(path) ? fs.readFileSync(path, 'utf8') : null;
}

/** A collection that went through: result, `.gc-status`, the record and the files say the same. */
export async function expectCollected(
  store: FaultDatastore,
  root: string,
  { result }: TaskDetail,
): Promise<GcResult> {
  const figures = GcResult.parse(result);
  const files = chunksOnDisk(root);
  expect(files.chunkCount).toBe(figures.usedChunks + figures.pendingChunks);
  expect(files.chunkBytes).toBe(figures.usedBytes + figures.pendingBytes);
  expect(JSON.parse(gcStatus(root) ?? '{}')).toMatchObject({
    'disk-chunks': figures.usedChunks,
    'disk-bytes': figures.usedBytes,
    'removed-chunks': figures.removedChunks,
    'removed-bytes': figures.removedBytes,
    'pending-chunks': figures.pendingChunks,
  });
  await expectFiguresRight(store, root);
  return figures;
}

/** The record says how many chunks there are, or that nobody knows; never anything else. */
export async function expectFiguresRight(store: FaultDatastore, root: string): Promise<void> {
  const { chunkCount, chunkBytes } = await store.api.datastore.get.query({ name: store.name });
  if (chunkCount !== null) expect({ chunkCount, chunkBytes }).toEqual(chunksOnDisk(root));
}

/** What the manifests of a group say of their verification, newest first; null for one that says nothing. */
export function verifyStates(root: string, id: string, times: readonly number[]) {
  return times
    .toSorted((a, b) => b - a)
    .map((time) => {
      const blob = fs.readFileSync(join(root, 'host', id, formatSnapshotTime(time), 'index.json.blob'));
      return (parseManifest(blob).json.unprotected as Record<string, unknown>).verify_state ?? null;
    });
}

/** What interrupted removals have left in a group. */
export function hiddenOf(root: string, id: string): string[] {
  return fs.readdirSync(join(root, 'host', id)).filter((name) => name.startsWith('.'));
}

export function setAsideOnDisk(root: string): string[] {
  return fs.globSync(`${root}/.chunks/*/*.bad`);
}
