import { afterRemovalWords, removedWords } from '#domain/trash.ts';
import { countOf } from '#domain/units.ts';
import { type RemovedContent, removeNamespaceOf } from '../remove-namespace.ts';
import { principalOf, rightsNow } from './rights-now.ts';
import { ownedBy, type TaskContext, type TaskHandler } from './task-context.ts';

/** Removes a namespace as it was planned; when anything in it is not as it was then, all of it stays. */
export const handleNamespaceRemove: TaskHandler<'namespace.remove'> = async (context) => {
  const owned = ownedBy(context);
  const { worker, createdBy, payload, signal, log, progress } = context;
  const startedAt = worker.clock.now();
  const wish = { ...payload, by: createdBy, mayModify: await modifyFilter(context) };
  const removed = await removeNamespaceOf(worker, owned, wish, { signal, log, progress });
  const counts = { removed: removed.snapshots, trashed: removed.trashed };
  const after = afterRemovalWords(counts, owned.row.trashDays, startedAt);
  const what = outcomeOf(`Namespace ${payload.namespace}`, owned.name, removed);
  return { outcome: [what, ...withIt(removed), after].filter(Boolean).join(' '), result: removed };
};

async function modifyFilter(context: TaskContext<'namespace.remove'>) {
  const principal = principalOf(context);
  if (principal === null) return () => true;
  const rights = await rightsNow(context.worker, principal);
  return (path: Parameters<typeof rights>[0]) => rights(path).has('Datastore.Modify');
}

function outcomeOf(noun: string, datastore: string, removed: RemovedContent): string {
  const { wasGone, snapshots, trashed, namespaces } = removed;
  if (wasGone && snapshots === 0) return `${noun} was gone from ${datastore} already.`;
  const below = namespaces > 0 ? ` with ${countOf(namespaces, 'namespace')} below it` : '';
  const content = snapshots > 0 ? `: ${removedWords({ removed: snapshots, trashed })}` : '';
  return `${noun} removed from ${datastore}${below}${content}.`;
}

function withIt({ grants, jobs }: RemovedContent): string[] {
  return [
    ...(grants > 0 ? [`Grants that went with it: ${grants}.`] : []),
    ...(jobs.length > 0 ? [`Jobs that ended with it: ${jobs.join(', ')}.`] : []),
  ];
}
