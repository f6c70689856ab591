import { formatSnapshotTime } from '#domain/ids.ts';
import { clientArchiveName } from '#domain/snapshot.ts';
import { type SnapshotKey, snapshotId, snapshotInput } from '../snapshot/snapshot-words.ts';
import type { GroupView } from '../trpc/views.ts';
import type { CommandForm } from '../ui/CommandLine.tsx';
import { cliCommand, commandForms } from './command-text.ts';

/** The commands that do what the snapshot pages do. */

export interface SnapshotListFacts {
  datastore?: string;
  namespace?: string;
  type?: string;
  id?: string;
  search?: string;
}

export function listSnapshotsCommand(filter: SnapshotListFacts): string {
  const { namespace, ...rest } = filter;
  const { datastore, type, id, search } = rest;
  const text = cliCommand(['snapshot', 'list'], { datastore, type, id, search });
  if (namespace === undefined) return text;
  // The empty text names the root; as an option value it would otherwise be left out.
  return `${text} --namespace ${namespace === '' ? '""' : namespace}`;
}

export function listGroupsCommand(datastore: string, namespace: string): string {
  return cliCommand(['group', 'list', namespace === '' ? datastore : `${datastore}:${namespace}`]);
}

export function createNamespaceCommands(datastore: string, parent: string, name: string): CommandForm[] {
  const path = [parent, name || 'NAME'].filter((part) => part !== '').join('/');
  const cli = cliCommand(['namespace', 'create', datastore, path]);
  return commandForms(cli, 'namespace.create', { datastore, parent, name });
}

export function removeNamespaceCommands(
  datastore: string,
  namespace: string,
  wish: { withContent: boolean; includeProtected: boolean },
): CommandForm[] {
  const options = { 'with-content': wish.withContent, 'include-protected': wish.includeProtected };
  const cli = cliCommand(['namespace', 'delete', datastore, namespace], { ...options, yes: true });
  return commandForms(cli, 'namespace.remove', { datastore, namespace, ...wish });
}

export function moveNamespaceCommands(
  datastore: string,
  namespace: string,
  destination: string,
): CommandForm[] {
  const cli = cliCommand(['namespace', 'move', datastore, namespace, destination]);
  return commandForms(cli, 'namespace.move', { datastore, namespace, destination });
}

export function moveGroupCommands(
  datastore: string,
  { namespace, type, id }: Pick<GroupView, 'namespace' | 'type' | 'id'>,
  to: string,
  merge: boolean,
): CommandForm[] {
  const place = (path: string) => `${datastore}:${path === '' ? '' : `${path}/`}${type}/${id}`;
  const cli = cliCommand(['snapshot', 'move'], { source: place(namespace), destination: place(to), merge });
  const at = (path: string) => ({ datastore, namespace: path, type, id });
  return commandForms(cli, 'snapshot.move', { source: at(namespace), destination: at(to), merge });
}

export function protectCommands(snapshot: SnapshotKey, protect: boolean): CommandForm[] {
  const cli = cliCommand(['snapshot', protect ? 'protect' : 'unprotect', snapshotId(snapshot)]);
  return commandForms(cli, 'snapshot.update', { ...snapshotInput(snapshot), protected: protect });
}

export function notesCommands(snapshot: SnapshotKey, notes: string): CommandForm[] {
  const change = notes === '' ? { clear: true } : { set: notes };
  const cli = cliCommand(['snapshot', 'notes', snapshotId(snapshot)], change);
  return commandForms(cli, 'snapshot.update', { ...snapshotInput(snapshot), notes });
}

export function forgetCommands(snapshots: readonly SnapshotKey[]): CommandForm[] {
  const [first] = snapshots;
  if (!first) return [];
  const cli = cliCommand(['snapshot', 'forget', ...snapshots.map(snapshotId)], { yes: true });
  const input = {
    datastore: first.datastore,
    snapshots: snapshots.map(({ namespace, type, id, time }) => ({ namespace, type, id, time })),
  };
  return commandForms(
    cli.replaceAll(` ${first.datastore}:`, ` \\\n  ${first.datastore}:`),
    'snapshot.forget',
    input,
  );
}

export function browseCommand(snapshot: SnapshotKey, archive: string, path: string): string {
  return cliCommand(['snapshot', 'browse', snapshotId(snapshot), clientArchiveName(archive), path || '/']);
}

/** Without `path` the whole archive; the target is left to whoever runs it. */
export function restoreCommand(snapshot: SnapshotKey, archive: string, path?: string): string {
  return cliCommand(['restore', snapshotId(snapshot), clientArchiveName(archive), 'TARGET'], { path });
}

export function showSnapshotCommand(snapshot: SnapshotKey): string {
  return cliCommand(['snapshot', 'show', snapshotId(snapshot)]);
}

/** `2026-05-02T08:11:33Z`: how the command line writes the time of a snapshot. */
export function snapshotTimeText(snapshot: SnapshotKey): string {
  return formatSnapshotTime(snapshot.time);
}
