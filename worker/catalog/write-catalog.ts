import { and, eq } from 'drizzle-orm';
import type { GroupRef, NamespacePath, SnapshotRef } from '#domain/ids.ts';
import { upidStart } from '#domain/upid.ts';
import { announce } from '#drizzle/changes.ts';
import type { Database, Executor, Transaction } from '#drizzle/client.ts';
import { backupGroup, namespace, snapshot } from '#drizzle/schema/snapshot.ts';
import type { Datastore } from '#engine/datastore.ts';
import { readGroupNotes, readOwner } from '#engine/hierarchy/groups.ts';
import { listSnapshots, readSnapshotInfo, type SnapshotInfo } from '#engine/hierarchy/snapshots.ts';

/** Copies what the datastore says into the catalog rows. Called by everything that changes a datastore. */

/** `also` happens in the same transaction, or neither does. */
export async function refreshSnapshot(
  db: Database,
  store: Datastore,
  datastoreId: string,
  ref: SnapshotRef,
  also?: (tx: Transaction) => Promise<void>,
): Promise<void> {
  const info = await readSnapshotInfo(store.backend, ref);
  await db.transaction(async (tx) => {
    if (info === null) await deleteSnapshot(tx, datastoreId, ref);
    else await putSnapshot(tx, datastoreId, info);
    await refreshGroup(tx, store, datastoreId, ref);
    await also?.(tx);
    await announce(tx, 'content', datastoreId, datastoreId);
  });
}

/** Owner and notes of a group; the row goes with the last snapshot. */
export async function refreshGroup(
  db: Executor,
  store: Datastore,
  datastoreId: string,
  ref: GroupRef,
): Promise<void> {
  const key = {
    datastoreId,
    namespace: ref.namespace,
    type: ref.type,
    backupId: ref.id,
  };
  if ((await listSnapshots(store.backend, ref)).length === 0) {
    await db.delete(backupGroup).where(groupIs(datastoreId, ref));
    return;
  }
  const values = {
    owner: await readOwner(store.backend, ref),
    notes: storable(await readGroupNotes(store.backend, ref)),
  };
  await putNamespace(db, datastoreId, ref.namespace);
  await db
    .insert(backupGroup)
    .values({ ...key, ...values })
    .onConflictDoUpdate({
      target: [backupGroup.datastoreId, backupGroup.namespace, backupGroup.type, backupGroup.backupId],
      set: values,
    });
}

/**
 * Text of a client as the database can keep it: it has no NUL. One such note must not keep a datastore from being
 * listed at all.
 */
function storable(text: string): string {
  return text.replaceAll('\0', '\ufffd').toWellFormed();
}

export async function putNamespace(db: Executor, datastoreId: string, path: NamespacePath): Promise<void> {
  await db.insert(namespace).values({ datastoreId, path }).onConflictDoNothing();
}

export async function putSnapshot(db: Executor, datastoreId: string, info: SnapshotInfo): Promise<void> {
  const { snapshot: ref } = info;
  const key = {
    datastoreId,
    namespace: ref.namespace,
    type: ref.type,
    backupId: ref.id,
    time: new Date(ref.time * 1000),
  };
  const values = {
    finished: info.finished,
    damage: info.damage === null ? null : storable(info.damage),
    files: info.files,
    sizeBytes: info.sizeBytes,
    newBytes: info.newBytes,
    protected: info.protected,
    notes: storable(info.notes),
    verifyState: info.verifyState?.state ?? null,
    verifiedAt: verifiedAt(info),
    keyFingerprint: info.keyFingerprint === null ? null : storable(info.keyFingerprint),
  };
  await db
    .insert(snapshot)
    .values({ ...key, ...values })
    .onConflictDoUpdate({
      target: [snapshot.datastoreId, snapshot.namespace, snapshot.type, snapshot.backupId, snapshot.time],
      set: values,
    });
}

/** When the verification began whose result the manifest carries. */
function verifiedAt({ verifyState }: SnapshotInfo): Date | null {
  const start = verifyState && upidStart(verifyState.upid);
  return start === null ? null : new Date(start * 1000);
}

export async function deleteSnapshot(db: Executor, datastoreId: string, ref: SnapshotRef): Promise<void> {
  await db.delete(snapshot).where(snapshotIs(datastoreId, ref));
}

/** What is wrong with the chunks of a snapshot; null once they were found whole. */
export async function noteChunkDamage(
  db: Executor,
  datastoreId: string,
  ref: SnapshotRef,
  chunkDamage: string | null,
): Promise<void> {
  await db.update(snapshot).set({ chunkDamage }).where(snapshotIs(datastoreId, ref));
}

export function snapshotIs(datastoreId: string, ref: SnapshotRef) {
  return and(
    eq(snapshot.datastoreId, datastoreId),
    eq(snapshot.namespace, ref.namespace),
    eq(snapshot.type, ref.type),
    eq(snapshot.backupId, ref.id),
    eq(snapshot.time, new Date(ref.time * 1000)),
  );
}

export function groupIs(datastoreId: string, ref: GroupRef) {
  return and(
    eq(backupGroup.datastoreId, datastoreId),
    eq(backupGroup.namespace, ref.namespace),
    eq(backupGroup.type, ref.type),
    eq(backupGroup.backupId, ref.id),
  );
}
