import { beforeEach, expect, test } from 'vitest';
import type { TrashItem } from '#domain/trash.ts';
import { MemoryBackend } from '#testing/memory-backend.ts';
import { openTestStore, testClock } from '#testing/open-store.ts';
import { backUp, randomPieces, snapshotRef } from '#testing/session-client.ts';
import type { Datastore } from '../datastore.ts';
import { createNamespace } from '../hierarchy/namespaces.ts';
import { removeSnapshot } from '../hierarchy/remove-snapshot.ts';
import { snapshotPlace } from '../locks/places.ts';
import { contentKey, itemDeletingKey, itemKey } from '../trash/trash-layout.ts';
import { Findings } from './findings.ts';
import { KnownNames } from './known-names.ts';
import { TrashAudit } from './trash-audit.ts';

let memory: MemoryBackend;
let store: Datastore;
const ref = snapshotRef('web', undefined, 'a/b');

beforeEach(async () => {
  memory = new MemoryBackend(testClock().now);
  store = await openTestStore({ backend: memory });
  for (const path of ['a', 'a/b']) await createNamespace(store, path as never);
});

async function forget(): Promise<TrashItem> {
  await backUp(store, ref, randomPieces(1));
  const item = await removeSnapshot(store, ref, { by: 'bob@ibs', reason: 'forget' });
  if (item === null) throw new Error('it went for good');
  return item;
}

/** `severity code where` of each finding. */
async function findings(): Promise<string[]> {
  const found = new Findings();
  await new TrashAudit(store, new KnownNames(store, found), found, new AbortController().signal).walk();
  return found.kept.map(({ severity, code, where }) => `${severity} ${code} ${where}`).sort();
}

test('nothing is found without a trash, nor in one where nothing is wrong', async () => {
  expect(await findings()).toEqual([]);
  await forget();
  expect(await findings()).toEqual([]);
});

test('what does not belong there is named, wherever it lies', async () => {
  const item = await forget();
  const at = itemKey(item);
  const nothing = Buffer.alloc(0);
  for (const key of ['.trash/junk', `${at}/junk`, `${contentKey(item)}/junk`]) await memory.put(key, nothing);
  await memory.put(`${at}/stray.didx`, nothing);
  await memory.makeDirectory('.trash/ns/a/ns/b/host/web/2026-05-02');
  expect(await findings()).toEqual([
    `error index-outside ${at}/stray.didx`,
    'warning unknown-name .trash/junk',
    `warning unknown-name ${at}/junk`,
    `warning unknown-name ${contentKey(item)}/junk`,
    'warning unknown-name .trash/ns/a/ns/b/host/web/2026-05-02',
  ]);
});

test('a move and a removal that were interrupted, unless somebody is at work on them', async () => {
  const item = await forget();
  await memory.rename(contentKey(item), 'elsewhere');
  expect(await findings()).toEqual([`warning removal-interrupted ${itemKey(item)}`]);
  {
    using _held = store.locks.exclusive(snapshotPlace(ref), 'removal');
    expect(await findings()).toEqual([]);
  }
  await memory.rename('elsewhere', contentKey(item));
  await memory.rename(itemKey(item), itemDeletingKey(item));
  expect(await findings()).toEqual([`warning removal-interrupted ${itemDeletingKey(item)}`]);
});
