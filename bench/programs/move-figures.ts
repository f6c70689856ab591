import { randomUUID } from 'node:crypto';
import type { BackupId, GroupRef, NamespacePath, SnapshotRef } from '#domain/ids.ts';
import { snapshotKey } from '#engine/hierarchy/layout.ts';
import { moveGroup } from '#engine/hierarchy/move-group.ts';
import { createNamespace } from '#engine/hierarchy/namespaces.ts';
import { Workspace } from '../workspace.ts';
import { makeStore, openStore } from './open-engine.ts';

/**
 * What a move of a large group costs the engine: how long it takes, and that it renames one directory however many
 * snapshots are in it. Run by itself: `node bench/programs/move-figures.ts`.
 */

const SNAPSHOTS = 1000;
const MOVES = 20;
const NOBODY = { check: async () => {}, moved: async () => {}, trashed: async () => {} };

async function main(workspace: Workspace): Promise<void> {
  const [path, uuid] = [workspace.path('moves'), randomUUID()];
  await makeStore(path, uuid);
  const store = await openStore(path, uuid, 'filesystem');
  const group = (namespace: string): GroupRef => ({
    ...{ namespace: namespace as NamespacePath, type: 'vm', id: '12345' as BackupId },
  });
  const places = [group('production'), group('security')] as const;
  for (const { namespace } of places) await createNamespace(store, namespace);
  await fill(store.backend, places[0]);
  let renames = 0;
  const rename = store.backend.rename.bind(store.backend);
  store.backend.rename = (from, to) => {
    renames += 1;
    return rename(from, to);
  };
  const spans: number[] = [];
  for (let at = 0; at < MOVES; at += 1) {
    const [from, to] = at % 2 === 0 ? places : [places[1], places[0]];
    const began = performance.now();
    await moveGroup(store, { from, to, merge: false, by: 'bench@ibs' }, NOBODY);
    spans.push(performance.now() - began);
  }
  await store.close();
  spans.sort((a, b) => a - b);
  const [half, most] = [spans[MOVES / 2], spans.at(-1)].map((span) => span?.toFixed(0));
  process.stdout.write(
    `  a group of ${SNAPSHOTS} snapshots: p50 ${half} ms, at most ${most} ms, renames a move: ${renames / MOVES}\n`,
  );
}

/** As names go: a move reads no file. */
async function fill(
  backend: Awaited<ReturnType<typeof openStore>>['backend'],
  group: GroupRef,
): Promise<void> {
  await backend.makeDirectory(`ns/${group.namespace}/vm`);
  await backend.makeDirectory(`ns/${group.namespace}/vm/${group.id}`);
  await backend.put(`ns/${group.namespace}/vm/${group.id}/owner`, Buffer.from('alice@ibs\n'));
  for (let at = 0; at < SNAPSHOTS; at += 1) {
    const key = snapshotKey({ ...group, time: 1_700_000_000 + at * 3600 } satisfies SnapshotRef);
    await backend.makeDirectory(key);
    for (const name of ['drive-scsi0.img.fidx', 'drive-scsi1.img.fidx', 'index.json.blob']) {
      await backend.put(`${key}/${name}`, Buffer.alloc(0));
    }
  }
}

const workspace = new Workspace(() => {});
await main(workspace).finally(() => workspace.clean());
process.exit(0);
