import { BackupError } from '#domain/errors.ts';
import {
  formatGroupPath,
  formatSnapshotPath,
  type GroupRef,
  parseNamespacePath,
  type SnapshotRef,
} from '#domain/ids.ts';
import { datastorePath } from '#domain/permissions.ts';
import { NOTES_MAX } from '#domain/snapshot.ts';
import { recordAudit } from '#drizzle/audit.ts';
import { announce } from '#drizzle/changes.ts';
import { setNotes, setProtected } from '#engine/hierarchy/change-snapshot.ts';
import { createNamespace } from '#engine/hierarchy/namespaces.ts';
import { type RemovedGroup, removeGroup, removeSnapshot } from '#engine/hierarchy/remove-snapshot.ts';
import { listSnapshots } from '#engine/hierarchy/snapshots.ts';
import { recordTrashed, recordTrashOf, trashNoteOf } from '../../catalog/trash-rows.ts';
import { putNamespace, refreshSnapshot } from '../../catalog/write-catalog.ts';
import type { OwnedDatastore } from '../../owned-datastore.ts';
import { requireHeld } from '../authenticate.ts';
import { findOwned } from '../open-request.ts';
import { accept } from '../parameters.ts';
import { requireContent, requireCovered } from './content-rights.ts';
import type { RestCall } from './rest-call.ts';
import { findSnapshotRow, ownerOf } from './snapshot-rows.ts';

/** Changes of groups and snapshots that clients make; each leaves a row in the audit log. */

export async function noteChange(
  call: RestCall,
  action: string,
  subject: string,
  detail?: Record<string, unknown>,
): Promise<void> {
  await recordAudit(call.context.worker.db, {
    principal: call.caller.principal,
    source: call.request.socket.remoteAddress ?? '',
    action,
    subject: `${call.store}:${subject}`,
    ...(detail ? { detail } : {}),
  });
}

export async function createStoreNamespace(call: RestCall): Promise<string> {
  const parent = call.parameters.namespace('parent');
  const name = call.parameters.namespaceComponent('name');
  const path = accept('name', parseNamespacePath(parent === '' ? name : `${parent}/${name}`));
  requireHeld(call.caller, datastorePath(call.store, parent), 'Datastore.Modify');
  const owned = await findOwned(call.context, call.store);
  await createNamespace(owned.writer(), path);
  await putNamespace(call.context.worker.db, owned.id, path);
  await announce(call.context.worker.db, 'content', owned.id, owned.id);
  await noteChange(call, 'namespace.create', path);
  return path;
}

export async function forgetSnapshot(call: RestCall): Promise<null> {
  const ref = call.parameters.snapshot();
  const right = requireContent(call, ref.namespace, ['Datastore.Modify'], 'Datastore.Prune');
  const owned = await findOwned(call.context, call.store);
  requireCovered(right, call, await ownerOf(call.context, owned.id, ref));
  const store = owned.writer();
  const note = trashNoteOf(owned.row, call.caller.principal, 'forget');
  const item = await removeSnapshot(store, ref, note);
  await recordTrashed(call.context.worker.db, store, owned.id, item);
  await refreshSnapshot(call.context.worker.db, store, owned.id, ref);
  await noteChange(call, 'snapshot.forget', formatSnapshotPath(ref));
  return null;
}

/** Removes every unprotected snapshot of a group; refused as a whole while any of them is in use. */
export async function forgetGroup(call: RestCall) {
  const group = call.parameters.group();
  const right = requireContent(call, group.namespace, ['Datastore.Modify'], 'Datastore.Prune');
  const owned = await findOwned(call.context, call.store);
  requireCovered(right, call, await ownerOf(call.context, owned.id, group));
  const { removed, kept } = await removeRecorded(call, owned, group);
  const counts = { removed: removed.length, protected: kept.length };
  await noteChange(call, 'group.forget', formatGroupPath(group), counts);
  if (kept.length > 0 && call.parameters.boolean('error-on-protected', true)) {
    throw new BackupError(
      'SNAPSHOT_PROTECTED',
      `group has ${kept.length} protected snapshots, which were kept`,
    );
  }
  return {
    'removed-groups': kept.length > 0 ? 0 : 1,
    'removed-snapshots': counts.removed,
    'protected-snapshots': counts.protected,
  };
}

/** With what came of it on record, also when it was refused on the way. */
export async function removeRecorded(
  call: RestCall,
  owned: OwnedDatastore,
  group: GroupRef,
): Promise<RemovedGroup> {
  const store = owned.writer();
  const { db } = call.context.worker;
  const before = await listSnapshots(store.backend, group);
  const note = trashNoteOf(owned.row, call.caller.principal, 'forget');
  return removeGroup(store, group, note).finally(async () => {
    await recordTrashOf(db, store, owned.id, group);
    for (const ref of before) await refreshSnapshot(db, store, owned.id, ref);
  });
}

export async function getNotes(call: RestCall): Promise<string> {
  const { row } = await readable(call);
  return row.notes;
}

export async function putNotes(call: RestCall): Promise<null> {
  const notes = call.parameters.text('notes');
  if (notes.length > NOTES_MAX)
    throw new BackupError('INPUT_TOO_LARGE', `notes are limited to ${NOTES_MAX} characters`);
  return change(call, 'notes', (store, ref) => setNotes(store, ref, notes));
}

export async function getProtected(call: RestCall): Promise<boolean> {
  const { row } = await readable(call);
  return row.protected;
}

export async function putProtected(call: RestCall): Promise<null> {
  const isProtected = call.parameters.boolean('protected');
  return change(call, isProtected ? 'protect' : 'unprotect', (store, ref) =>
    setProtected(store, ref, isProtected),
  );
}

async function readable(call: RestCall) {
  const ref = call.parameters.snapshot();
  const right = requireContent(call, ref.namespace, ['Datastore.Audit'], 'Datastore.Backup');
  const owned = await findOwned(call.context, call.store);
  requireCovered(right, call, await ownerOf(call.context, owned.id, ref));
  return { ref, owned, row: await findSnapshotRow(call.context, owned.id, ref) };
}

async function change(
  call: RestCall,
  what: string,
  apply: (
    store: ReturnType<Awaited<ReturnType<typeof findOwned>>['writer']>,
    ref: SnapshotRef,
  ) => Promise<void>,
): Promise<null> {
  const ref = call.parameters.snapshot();
  const right = requireContent(call, ref.namespace, ['Datastore.Modify'], 'Datastore.Backup');
  const owned = await findOwned(call.context, call.store);
  requireCovered(right, call, await ownerOf(call.context, owned.id, ref));
  const store = owned.writer();
  await apply(store, ref);
  await refreshSnapshot(call.context.worker.db, store, owned.id, ref);
  await noteChange(call, `snapshot.${what}`, formatSnapshotPath(ref));
  return null;
}
