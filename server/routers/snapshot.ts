import { z } from 'zod';
import { DatastoreNameInput } from '#domain/datastore.ts';
import { GroupMoveInput, GroupMovePlanInput, NamespaceMoveInput } from '#domain/move.ts';
import { NamespaceGetInput, NamespacePlanInput, NamespaceRemoveInput } from '#domain/namespace.ts';
import {
  BrowseInput,
  ForgetInput,
  GroupPageInput,
  NamespaceCreateInput,
  NamespaceInput,
  SnapshotInput,
  SnapshotListInput,
  SnapshotUpdateInput,
} from '#domain/snapshot.ts';
import { PrepareBackupInput, prepareBackup } from '../services/backup/prepare-backup.ts';
import { createNamespace } from '../services/namespace/create-namespace.ts';
import { getNamespace } from '../services/namespace/get-namespace.ts';
import { listNamespaces } from '../services/namespace/list-namespaces.ts';
import { moveNamespace } from '../services/namespace/move-namespace.ts';
import { planNamespaceMove } from '../services/namespace/plan-move.ts';
import { planNamespaceRemoval } from '../services/namespace/plan-removal.ts';
import { removeNamespace } from '../services/namespace/remove-namespace.ts';
import { browseSnapshot } from '../services/snapshot/browse-snapshot.ts';
import { forgetSnapshots } from '../services/snapshot/forget-snapshots.ts';
import { getSnapshot } from '../services/snapshot/get-snapshot.ts';
import { listGroups } from '../services/snapshot/list-groups.ts';
import { listSnapshots } from '../services/snapshot/list-snapshots.ts';
import { moveGroup } from '../services/snapshot/move-group.ts';
import { pageGroups } from '../services/snapshot/page-groups.ts';
import { planGroupMove } from '../services/snapshot/plan-move.ts';
import { ContentSearchInput, searchContent } from '../services/snapshot/search-content.ts';
import { updateSnapshot } from '../services/snapshot/update-snapshot.ts';
import { procedure, router, unlessDryRun } from '../trpc/init.ts';

const OfDatastore = z.object({ datastore: DatastoreNameInput });

export const snapshotRouter = router({
  groups: procedure
    .input(OfDatastore.extend({ namespace: NamespaceInput }))
    .query(({ ctx, input }) => listGroups(ctx, input)),
  groupPage: procedure.input(GroupPageInput).query(({ ctx, input }) => pageGroups(ctx, input)),
  list: procedure.input(SnapshotListInput).query(({ ctx, input }) => listSnapshots(ctx, input)),
  search: procedure.input(ContentSearchInput).query(({ ctx, input }) => searchContent(ctx, input)),
  get: procedure.input(SnapshotInput).query(({ ctx, input }) => getSnapshot(ctx, input)),
  browse: procedure.input(BrowseInput).query(({ ctx, input }) => browseSnapshot(ctx, input)),
  update: procedure.input(SnapshotUpdateInput).mutation(({ ctx, input }) => updateSnapshot(ctx, input)),
  planMove: procedure.input(GroupMovePlanInput).query(({ ctx, input }) => planGroupMove(ctx, input)),
  move: procedure.input(GroupMoveInput).mutation(({ ctx, input }) => moveGroup(ctx, input)),
  forget: procedure
    .meta({ wantsPassword: unlessDryRun })
    .input(ForgetInput)
    .mutation(({ ctx, input }) => forgetSnapshots(ctx, input)),
});

export const namespaceRouter = router({
  list: procedure.input(OfDatastore).query(({ ctx, input }) => listNamespaces(ctx, input)),
  get: procedure.input(NamespaceGetInput).query(({ ctx, input }) => getNamespace(ctx, input)),
  create: procedure.input(NamespaceCreateInput).mutation(({ ctx, input }) => createNamespace(ctx, input)),
  planMove: procedure.input(NamespaceMoveInput).query(({ ctx, input }) => planNamespaceMove(ctx, input)),
  move: procedure.input(NamespaceMoveInput).mutation(({ ctx, input }) => moveNamespace(ctx, input)),
  planRemove: procedure.input(NamespacePlanInput).query(({ ctx, input }) => planNamespaceRemoval(ctx, input)),
  remove: procedure
    .meta({ wantsPassword: true })
    .input(NamespaceRemoveInput)
    .mutation(({ ctx, input }) => removeNamespace(ctx, input)),
});

export const backupRouter = router({
  prepare: procedure.input(PrepareBackupInput).mutation(({ ctx, input }) => prepareBackup(ctx, input)),
});
