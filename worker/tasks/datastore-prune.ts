import { lintKeep } from '#domain/lint-keep.ts';
import { rulesOf } from '#domain/retention.ts';
import { afterRemovalWords } from '#domain/trash.ts';
import { countOf, formatCount } from '#domain/units.ts';
import { readSetting } from '#drizzle/settings.ts';
import { readOwner } from '#engine/hierarchy/groups.ts';
import { trashNoteOf } from '../catalog/trash-rows.ts';
import { findGroups } from '../prune/find-groups.ts';
import { type PruneCounts, type PruneWork, pruneGroup } from '../prune/prune-group.ts';
import { mayRemoveNow } from './rights-now.ts';
import { ownedBy, type TaskContext, type TaskHandler, type TaskOutcome } from './task-context.ts';

type Context = TaskContext<'datastore.prune'>;

/** Removes what no rule keeps. Each group is planned anew from the datastore, by the function that made the preview. */
export const handlePrune: TaskHandler<'datastore.prune'> = async (context) => {
  const owned = ownedBy(context);
  const store = owned.writer();
  const { db } = context.worker;
  const { keep, acceptMissing, ...scope } = context.payload;
  for (const { words } of lintKeep(keep)) context.log('info', words);
  if (rulesOf(keep).length === 0) return nothingSet(context);
  const { signal, log } = context;
  const options = { scope, acceptMissing, signal, report: context.progress };
  const found = await findGroups(db, store, owned.id, options);
  const zone = await readSetting(db, 'timeZone');
  const trash = trashNoteOf(owned.row, context.createdBy, 'prune');
  const work: PruneWork = { db, store, datastoreId: owned.id, keep, zone, trash, signal, log };
  const { trashDays } = owned.row;
  const startedAt = context.worker.clock.now();
  const mayPrune = await mayRemoveNow(context.worker, context.payload.onBehalfOf, owned.name);
  let [groups, counts] = [0, NOTHING];
  for (const [at, group] of found.entries()) {
    signal.throwIfAborted();
    if (await mayPrune(group, () => readOwner(store.backend, group))) {
      counts = sum(counts, await pruneGroup(work, group));
      groups += 1;
    }
    context.progress({ phase: 'Pruning', done: at + 1, total: found.length, unit: 'groups' });
  }
  if (groups < found.length) log('info', `Left to their owners: ${countOf(found.length - groups, 'group')}.`);
  const after = afterRemovalWords({ ...counts, removed: counts.remove }, trashDays, startedAt);
  const outcome = [outcomeWords(groups, counts), after].filter(Boolean).join(' ');
  return { outcome, result: resultOf(groups, counts) };
};

function nothingSet(context: Context): TaskOutcome {
  context.log('warning', 'Nothing was looked at, since no keep rule is set.');
  return { outcome: 'No keep rule is set: every snapshot stays.', result: resultOf(0, NOTHING) };
}

const NOTHING: PruneCounts = {
  ...{ snapshots: 0, keep: 0, remove: 0, protected: 0, unfinished: 0 },
  ...{ trashed: 0, skipped: 0 },
};

function sum(a: PruneCounts, b: PruneCounts): PruneCounts {
  return {
    snapshots: a.snapshots + b.snapshots,
    keep: a.keep + b.keep,
    remove: a.remove + b.remove,
    protected: a.protected + b.protected,
    unfinished: a.unfinished + b.unfinished,
    trashed: a.trashed + b.trashed,
    skipped: a.skipped + b.skipped,
  };
}

function resultOf(groups: number, { remove, keep, ...counts }: PruneCounts) {
  return { groups, removed: remove, kept: keep, ...counts };
}

function goneWords({ remove, trashed }: PruneCounts): string {
  if (trashed === 0) return 'removed';
  return trashed === remove ? 'moved to the trash' : `removed, ${formatCount(trashed)} of them to the trash,`;
}

function outcomeWords(groups: number, counts: PruneCounts): string {
  const of = `${countOf(counts.snapshots, 'snapshot')} in ${countOf(groups, 'group')}`;
  const besides = [
    counts.protected > 0 ? `${formatCount(counts.protected)} protected` : '',
    counts.unfinished > 0 ? `${formatCount(counts.unfinished)} unfinished` : '',
    counts.skipped > 0 ? `${formatCount(counts.skipped)} in use or changed, which should have gone` : '',
  ].filter(Boolean);
  const [gone, stays] = [counts.remove, counts.snapshots - counts.remove].map(formatCount);
  const rest = besides.length > 0 ? `, among them ${besides.join(', ')}` : '';
  return `Of ${of}, ${gone} ${goneWords(counts)} and ${stays} kept${rest}.`;
}
